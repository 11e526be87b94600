"""python -m benchmarks [NAME…]: runs the named benchmarks, or all, and saves their results."""

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

from benchmarks import encode, growth, live, memory, search, start, stream, tracks, window
from benchmarks.chart import save_chart
from benchmarks.peers import versions
from benchmarks.report import Rows, machine, markdown, save

ALL: dict[str, Callable[[Path, int], Rows]] = {
    "encode": encode.measure,
    "search": search.measure,
    "stream": stream.measure,
    "live": live.measure,
    "window": window.measure,
    "start": start.measure,
    "memory": memory.measure,
    "growth": growth.measure,
    "tracks": tracks.measure,
}


@contextmanager
def home_of_its_own() -> Iterator[None]:
    """A temporary FIRSTSIGHT_HOME for processes started in it, deleted afterwards; the user's keyring isn't used."""
    with tempfile.TemporaryDirectory(prefix="firstsight-bench-", ignore_cleanup_errors=True) as home:
        os.environ |= {"FIRSTSIGHT_HOME": home, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
        yield


def main() -> None:
    """Runs the benchmarks, prints each table as soon as it is ready, and saves all results."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"benchmarks to run: {', '.join(ALL)}; default: all")
    parser.add_argument("--rounds", type=int, default=25, help="interleaved rounds of each comparison (default: 25)")
    parser.add_argument(
        "--model",
        type=Path,
        default=Path("../shared/models/face_recognition_sface_2021dec.onnx"),
        help="SFace's ONNX file from OpenCV's model zoo",
    )
    parser.add_argument("--out", type=Path, default=Path("out/bench"), help="folder for results.json, .md and .svg")
    chosen = parser.parse_args()
    unknown = sorted(set(chosen.names) - set(ALL))
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]!r}: choose from {', '.join(ALL)}")
    if not chosen.model.is_file():
        parser.error(f"{chosen.model} is missing: give SFace's ONNX file from OpenCV's model zoo with --model")
    results: dict[str, Rows] = {}
    for name in chosen.names or ALL:
        # Each benchmark has a process and a home of its own, and shares no threads, memory, window or gallery.
        with home_of_its_own(), ProcessPoolExecutor(1, get_context("spawn")) as pool:
            results[name] = pool.submit(ALL[name], chosen.model, chosen.rounds).result()
        print(markdown(name, results[name]), flush=True)
        save(chosen.out, machine(versions()), results)
    save_chart(chosen.out / "results.svg", results)
    print(f"Saved in {chosen.out}.")


if __name__ == "__main__":
    main()
