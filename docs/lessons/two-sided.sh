#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# two-sided.sh - the numbers and the plot of two-sided.md: sh docs/lessons/two-sided.sh [FOLDER [REPLICATIONS]]
# Writes FOLDER/bias.csv and FOLDER/two-sided.png; the program is build/release/restocklab or $RESTOCKLAB.
set -eu

out=${1:-two-sided} reps=${2:-400} program=${RESTOCKLAB:-build/release/restocklab}

# One row for each design and estimator: world, units, truth, mean bias and its standard error.
rows() {
    awk -F, -v world="$1" -v units="$2" '
        FNR > 1 && $3 == 1 && $5 != "" {
            name = $1 ($10 == "" ? "" : " " $10); d = $5 - $9
            n[name]++; truth[name] += $9; bias[name] += d; square[name] += d * d
        }
        END {
            for (i in n) {
                m = bias[i] / n[i]; v = (square[i] - n[i] * m * m) / (n[i] - 1)
                printf "%s,%s,%s,%.6f,%.6f,%.6f\n", world, units, i, truth[i] / n[i], m, sqrt((v > 0 ? v : 0) / n[i])
            }
        }' "$out/experiment/experiment.csv" | LC_ALL=C sort >>"$out/bias.csv"
}

mkdir -p "$out"
echo world,units,design,truth,bias,se >"$out/bias.csv"
for units in 2 4 8 12 16 20 24 28 32 40 60; do
    "$program" experiment shelves --outcome store --design shopper,product,two_sided --reps "$reps" --quiet \
        --set "supply.restocks[0].units=$units" -o "$out/experiment" >/dev/null
    rows substitution "$units"
    "$program" experiment shelves --outcome store --design product --reps "$reps" --quiet \
        --set "supply.restocks[0].units=$units" --set substitution.one_need=0 --set substitution.across=0 \
        -o "$out/experiment" >/dev/null
    rows none "$units"
done

gnuplot <<END
set terminal pngcairo size 1100,560 font 'sans,12'
set output '$out/two-sided.png'
set datafile separator ','
set title 'Forty products and shoppers who buy one thing: bias of each design by units on the shelves'
set logscale x 2
set xtics (2, 4, 8, 12, 16, 24, 32, 40, 60)
set xrange [1.8:66]
set xlabel 'units of each product (without pushes 18 are asked for, with pushes 27)'
set ylabel 'estimate less truth, orders per shopper'
set border 3
set tics nomirror
set key outside right top Left reverse samplen 2 spacing 1.3
set arrow from 1.8,0 to 66,0 nohead lc rgb '#333333'
bias(world, design) = sprintf("< awk -F, '\$1 == \"%s\" && \$3 == \"%s\"' $out/bias.csv", world, design)
plot bias('substitution', 'shopper') using 2:5 with linespoints pt 7 lw 2 lc rgb '#0072B2' title 'by shoppers', \
     bias('substitution', 'product') using 2:5 with linespoints pt 7 lw 2 lc rgb '#D55E00' title 'by products', \
     bias('none', 'product') using 2:5 with linespoints pt 6 dt 2 lw 2 lc rgb '#D55E00' title 'by products, no substitution', \
     bias('substitution', 'two_sided naive') using 2:5 with linespoints pt 7 lw 2 lc rgb '#999999' title 'two-sided, naive', \
     bias('substitution', 'two_sided weighted_1') using 2:5 with linespoints pt 7 lw 2 lc rgb '#009E73' title 'two-sided, weighted\_1', \
     bias('substitution', 'two_sided weighted_2') using 2:5 with linespoints pt 7 lw 2 lc rgb '#CC79A7' title 'two-sided, weighted\_2'
END
