"""Reads the figures in the tab SecMoE of Spark's web pages: what this application's private inferences came to."""

import os
import re
from urllib.request import urlopen

import pandas as pd


def _table(name):
    """The rows of a table of the page: each cell's exact figure where it has one, otherwise its text."""
    with urlopen(os.environ["SPARK_UI"] + "/secmoe/", timeout=30) as answer:
        page = answer.read().decode()
    body = re.search(rf'<table id="{name}".*?<tbody>(.*?)</tbody>', page, re.DOTALL).group(1)
    cells = [re.findall(r"<td([^>]*)>(.*?)</td>", row, re.DOTALL) for row in body.split("</tr>") if row]
    return [[float(exact[1]) if (exact := re.search(r'sorttable_customkey="([^"]*)"', about)) else text for about, text in row]
            for row in cells]


def costs():
    """One line for each step of each layer, in the order of the conversation: bytes, rounds, seconds."""
    names = ["layer", "step", "to_server", "to_client", "bytes", "rounds", "seconds", "_"]
    return pd.DataFrame(_table("secmoe-costs"), columns=names).drop(columns="_")


def rows():
    """Rows inferred since the application started."""
    return int(_table("secmoe-summary")[0][1])
