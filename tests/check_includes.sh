#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The arrows between the folders: NEEDS_* and MAY_* of the Makefile are the one place where they are written
# down; this asks make for them and compares every #include.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
failed=0
std=' assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic
 stdbool stddef stdint stdio stdlib stdnoreturn string strings tgmath threads time uchar wchar wctype
 dirent fcntl getopt poll pthread spawn unistd sys/mman sys/stat sys/types sys/time sys/utsname sys/wait sys/resource '
engine_std=' assert errno float inttypes limits math stdarg stdbool stddef stdint stdio stdlib string '

declare -A needs may
while IFS=': ' read -r folder rest; do needs[$folder]=" $rest "; done < <(make -s print-needs)
while IFS=': ' read -r folder rest; do may[$folder]=$rest; done < <(make -s print-may)

# folder, included, place
check_ours() {
    local target=${2%%/*}
    [[ $2 == */* ]] || target=$1 # beside the file, or made by the build
    [[ ${needs[$1]} == *" $target "* ]] || { echo "$3: $1 must not include \"$2\""; failed=1; }
}
check_outside() {
    local name=${2%.h} pattern
    set -f
    for pattern in ${may[$1]}; do
        # shellcheck disable=SC2053
        [[ $2 == $pattern ]] && { set +f; return; }
    done
    set +f
    local allowed=$std
    [ "$1" = engine ] && allowed=$engine_std
    [[ ${allowed//$'\n'/ } == *" $name "* ]] || { echo "$3: $1 must not include <$2>"; failed=1; }
}

for folder in "${!needs[@]}"; do
    while IFS=: read -r file line text; do
        [[ $text =~ \#[[:space:]]*include[[:space:]]*([\"\<])([^\">]+) ]] || continue
        if [ "${BASH_REMATCH[1]}" = '"' ]; then check_ours "$folder" "${BASH_REMATCH[2]}" "$file:$line"
        else check_outside "$folder" "${BASH_REMATCH[2]}" "$file:$line"; fi
    done < <(grep -rnE '^[[:space:]]*#[[:space:]]*include' --include='*.[ch]' "$folder")
done
exit $failed
