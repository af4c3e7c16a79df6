#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# `make install` and what others do with it: libbis exports what its installed headers declare and nothing else, the
# commands of docs/EMBED.md build the example, which prints what the page says, and `make uninstall` takes all of it
# away, and nothing besides.
set -euo pipefail
cd "$(dirname "$0")/.." || exit 2
: "${BUILD:=build/release}"
unset MAKEFLAGS MFLAGS MAKELEVEL PREFIX LIBDIR INCLUDEDIR MANDIR PKGCONFIGDIR DESTDIR
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
fail() { echo "$*"; exit 1; }
make_it() { make -s -o all BUILD="$BUILD" "$@" >"$temp/log" 2>&1 || { cat "$temp/log"; fail "make $*"; }; } # as it was built
files() { (cd "$dest" && find . ! -type d | sort); }
prefix=/opt/shop dest=$temp/dest root=$temp/dest/opt/shop

# ---- what is put where ----
for path in bin lib include/bis share/restocklab/library share/man/man3; do # other people's files
    mkdir -p "$root/$path"
    echo theirs >"$root/$path/theirs.so.0"
done
files >"$temp/before"
make_it install DESTDIR="$dest" PREFIX=$prefix
files >"$temp/installed"
version=$("$root/bin/restocklab" --version | awk 'NR == 1 { print $2 }')
soname=libbis.so.${version%%.*}
diff - <(comm -13 "$temp/before" "$temp/installed" | grep -v '/library/\|/policies/') <<LIST
./opt/shop/bin/restocklab
./opt/shop/include/bis/bis.h
./opt/shop/include/bis/field.h
./opt/shop/include/bis/policy.h
./opt/shop/lib/libbis.a
./opt/shop/lib/libbis.so
./opt/shop/lib/$soname
./opt/shop/lib/libbis.so.$version
./opt/shop/lib/pkgconfig/bis.pc
./opt/shop/share/man/man1/restocklab.1
./opt/shop/share/man/man3/bis.3
LIST
(cd "$temp" && "$root/bin/restocklab" validate sneaker | grep "^OK .*$prefix/" >/dev/null) || fail "the program does not find its scenarios"

export PKG_CONFIG_PATH=$root/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$dest
diff - <(pkg-config --modversion bis) <<<"$version"
[ "$(readlink -f "$root/lib/libbis.so")" = "$root/lib/libbis.so.$version" ] || fail "libbis.so is not libbis.so.$version"
[ "$(readlink -f "$root/lib/$soname")" = "$root/lib/libbis.so.$version" ] || fail "the link of the SONAME"
readelf -d "$root/lib/libbis.so" | grep -F "soname: [$soname]" >/dev/null || fail "the SONAME is wrong"

# ---- what the libraries hold ----
declared() { echo '#include <bis/bis.h>' | gcc -E -P -I"$root/include" - | grep -oE '\bbis_[a-z0-9_]+ *\(' | tr -d ' (' | sort -u; }
[ "$(declared | wc -l)" -gt 20 ] || fail "found no declarations"
for library in "$root/lib/libbis.so" "$root/lib/libbis.a"; do
    dynamic=
    [[ $library = *.a ]] || dynamic=-D
    nm $dynamic -g --defined-only "$library" | awk 'NF == 3 { print $3 }' | sort |
        diff --label "declared in the headers" --label "exported by ${library##*/}" -u <(declared) - || fail "exports, see above"
    objdump -h "$library" | grep gnu.lto && fail "$library: link-time code of one compiler"
    grep -qaF "$PWD" "$library" && fail "$library: names the folder that it was built in"
done

# ---- what others build with them ----
if nm -D --undefined-only "$root/lib/libbis.so" | grep -E '__(asan|ubsan|tsan|gcov)' >"$temp/foreign"; then
    echo "skipped: programs with a library that has sanitizers or counters in it"
else
    blocks() { awk -v kind="\`\`\`$1" '/^```/ { if (inside) { inside = 0; print "" } else inside = ($0 == kind); next } inside' docs/EMBED.md; }
    diff <(blocks text | grep .) docs/embed/shop.txt || fail "docs/EMBED.md: not the output of the program"
    blocks c | grep . | grep -vxFf docs/embed/shop.c && fail "docs/EMBED.md: lines that are not in shop.c, see above"
    [ "$(blocks sh | grep -c '^cc ')" = 3 ] || fail "docs/EMBED.md: three commands were expected"
    for compiler in gcc clang; do
        command -v $compiler >/dev/null || continue
        cc() { $compiler -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror "$@"; }
        blocks sh | grep . >"$temp/commands"
        while read -r command; do
            mkdir "$temp/shop"
            cp docs/embed/shop.c "$temp/shop"
            (cd "$temp/shop" && eval "$command") || fail "$compiler: $command"
            needed=$(readelf -d "$temp/shop/shop" | grep -cF "[$soname]" || true)
            [[ $command = *--libs\ bis\)* && $command != *-static* ]] && expected=1 || expected=0
            [ "$needed" = $expected ] || fail "$compiler: $command: shared libbis needed $needed times"
            LD_LIBRARY_PATH=$root/lib "$temp/shop/shop" | diff -u docs/embed/shop.txt - || fail "$compiler: $command: other output"
            rm -r "$temp/shop"
        done <"$temp/commands"
        echo "$compiler: $(wc -l <"$temp/commands") programs"
    done
    for compiler in g++ clang++; do
        command -v $compiler >/dev/null || continue
        for std in c++11 c++20; do
            # shellcheck disable=SC2046
            echo '#include <bis/bis.h>
                  int main() { bis_policy p; bis_policy_default(&p); return bis_policy_check(&p) || bis_status_text(BIS_OK)[0] != 111; }' |
                $compiler -std=$std -Wall -Wextra -Wpedantic -Wshadow -Werror -x c++ -o "$temp/plus" - $(pkg-config --cflags --libs bis) ||
                fail "$compiler -std=$std"
            LD_LIBRARY_PATH=$root/lib "$temp/plus" || fail "$compiler -std=$std: the program failed"
        done
        echo "$compiler: the headers"
    done
fi

# ---- away with it ----
make_it uninstall DESTDIR="$dest" PREFIX=$prefix
files | diff -u "$temp/before" - || fail "uninstall: before (-) and after (+) differ"

# ---- elsewhere ----
dest=$temp/elsewhere
set -- DESTDIR="$dest" PREFIX=/usr LIBDIR=/usr/lib/shop INCLUDEDIR=/opt/include MANDIR=/opt/man PKGCONFIGDIR=/usr/pc
make_it install "$@"
for file in lib/shop/libbis.a lib/shop/libbis.so ../opt/include/bis/field.h ../opt/man/man3/bis.3 ../opt/man/man1/restocklab.1; do
    [ -e "$dest/usr/$file" ] || fail "not installed: $file"
done
diff - <(grep -E '^(prefix|libdir|includedir)=' "$dest/usr/pc/bis.pc") <<'PC'
prefix=/usr
libdir=${prefix}/lib/shop
includedir=/opt/include
PC
make_it uninstall "$@"
[ -z "$(files)" ] || fail "uninstall: left $(files)"
for folder in opt/include/bis usr/share/restocklab; do [ ! -e "$dest/$folder" ] || fail "uninstall: left the folder $folder"; done
