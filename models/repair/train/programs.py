"""Generated programs: small typed TypeScript as in solutions of exercises.

    python programs.py --show 5      prints some
"""

import argparse
import random

import loops
import synth
from rename import rename
from style import restyle
from units import unit


def program(r):
    """One program of one or two parts, in one hand."""
    x = r.random()
    if x < 0.37:
        text = synth.program(r)
        share = 0.08
    elif x < 0.42:
        text = loops.program(r)
        share = 0.0
    else:
        text = unit(r) if x < 0.9 else unit(r) + "\n" + unit(r)
        share = r.choice([0.0, 0.2, 0.4, 0.7])
    return restyle(r, rename(r, text, share))


def program_of(seed, index):
    """The program of a number: the same one for the same seed."""
    return program(random.Random(f"program/{seed}/{index}"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    for index in range(args.show):
        print(program_of(args.seed, index) + "\n// ---\n")


if __name__ == "__main__":
    main()
