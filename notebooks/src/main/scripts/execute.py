"""Executes a notebook: execute.py SOURCE RESULT SECONDS. The source is only read; a cell's error ends it with exit code 1."""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

source, result, seconds = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
notebook = nbformat.read(source, as_version=4)
client = NotebookClient(
    notebook,
    timeout=seconds,
    kernel_name=notebook.metadata.kernelspec.name,
    record_timing=False,  # The hour of the day is nothing to check in.
    resources={"metadata": {"path": str(source.parent)}},
)
try:
    client.execute()
except CellExecutionError as error:
    sys.exit(str(error))
finally:
    result.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, result)
