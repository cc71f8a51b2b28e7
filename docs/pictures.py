#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws architecture.svg and attempt.svg: python3 docs/pictures.py"""

import pathlib

FOLDER = pathlib.Path(__file__).resolve().parent
STYLE = """
  text { font: 14px sans-serif; fill: #1f2328; }
  .title { font-weight: bold; font-size: 16px; }
  .small { font-size: 12px; fill: #59636e; }
  .party { fill: #f6f8fa; stroke: #8c959f; }
  .box { fill: #ffffff; stroke: #59636e; }
  .client { fill: #ddf4ff; stroke: #0969da; }
  .server { fill: #fff1e5; stroke: #bc4c00; }
  .over { paint-order: stroke; stroke: #ffffff; stroke-width: 5px; }
  .line { stroke: #59636e; fill: none; }
  .dash { stroke: #8c959f; stroke-dasharray: 4 4; }
  .head { fill: #59636e; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .small { fill: #9198a1; }
    .over { stroke: #0d1117; }
    .party { fill: #161b22; stroke: #6e7681; }
    .box { fill: #0d1117; stroke: #9198a1; }
    .client { fill: #10243e; stroke: #4493f8; }
    .server { fill: #3d1f0d; stroke: #f0883e; }
    .line { stroke: #9198a1; }
    .dash { stroke: #6e7681; }
    .head { fill: #9198a1; }
  }
"""


class Picture:
    def __init__(self, width, height, title):
        self.width, self.height, self.title = width, height, title
        self.parts = []

    def box(self, x, y, w, h, kind="box"):
        self.parts.append(f'<rect class="{kind}" x="{x}" y="{y}" width="{w}" height="{h}" rx="8"/>')

    def text(self, x, y, text, kind="", anchor="middle"):
        mark = f' class="{kind}"' if kind else ""
        escaped = text.replace("&", "&amp;").replace("<", "&lt;")
        self.parts.append(f'<text{mark} x="{x}" y="{y}" text-anchor="{anchor}">{escaped}</text>')

    def line(self, x1, y1, x2, y2, kind="line"):
        self.parts.append(f'<line class="{kind}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>')

    def arrow(self, x1, y, x2, both=False, y2=None):
        y2 = y if y2 is None else y2
        start = ' marker-start="url(#head)"' if both else ""
        self.parts.append(
            f'<line class="line" x1="{x1}" y1="{y}" x2="{x2}" y2="{y2}"'
            f'{start} marker-end="url(#head)"/>'
        )

    def write(self, name):
        body = "\n  ".join(self.parts)
        (FOLDER / name).write_text(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'role="img" aria-label="{self.title}">\n'
            f"  <style>{STYLE}</style>\n"
            '  <defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" '
            'markerHeight="8" orient="auto-start-reverse">'
            '<path class="head" d="M0 0 L10 5 L0 10 z"/></marker></defs>\n'
            f"  {body}\n</svg>\n"
        )


def architecture():
    p = Picture(1040, 430, "Two Spark clusters and what passes between them")
    for x, title, kind in ((20, "Data owner's cluster (client)", "client"),
                           (660, "Model owner's cluster (server)", "server")):
        p.box(x, 20, 360, 390, "party")
        p.text(x + 180, 46, title, "title")
        p.box(x + 20, 62, 320, 90, kind)
        p.box(x + 20, 172, 320, 218, kind)
        p.text(x + 180, 86, "Driver", "title")
        p.text(x + 180, 196, "Executors", "title")
    p.text(200, 110, "SQL, data source, PySpark, application")
    p.text(200, 132, "plans: which rows are inferred, and once", "small")
    p.text(840, 110, "queue, tickets, one epoch per attempt")
    p.text(840, 132, "public description of the model", "small")
    for i, (left, right) in enumerate((
            ("rows of the table", "weights"),
            ("batches, padded to one length", "one job with one task per attempt"),
            ("secret key, shares", "public keys, shares"))):
        for x, label in ((60, left), (700, right)):
            p.box(x, 212 + 58 * i, 280, 42)
            p.text(x + 140, 238 + 58 * i, label)
    p.arrow(382, 92, 658)
    p.text(520, 84, "asks what is served")
    p.text(520, 112, "Arrow Flight, mutual TLS", "small")
    p.arrow(382, 250, 658, y2=130)
    p.text(585, 222, "a task asks for a ticket", "small")
    p.arrow(382, 292, 658, both=True)
    p.text(520, 282, "one conversation for each batch")
    p.text(520, 316, "ciphertexts (BGV), masked answers,", "small")
    p.text(520, 334, "oblivious transfers, shares", "small")
    p.text(520, 372, "Only the agreed output is opened,", "small")
    p.text(520, 390, "and only to the client.", "small")
    p.write("architecture.svg")


def attempt():
    lanes = (("Client's task", 110), ("Server's driver", 440), ("Server's executor", 770))
    steps = (
        (0, 1, "ask: batch, padded length, parameters, model digest"),
        (1, 0, "place in the queue, until it is this client's turn"),
        (1, 2, "start one job with one task: attempt, epoch"),
        (1, 0, "ticket, address of the executor"),
        (0, 2, "conversation: ticket, handshake that binds both to the attempt"),
        (0, 2, "fresh public keys; base OTs; seeds of silent OT"),
        (None, None, "for every layer"),
        (0, 2, "linear part: share of x, encrypted"),
        (2, 0, "answers: re-randomised, flooded, masked, lowest level"),
        (0, 2, "non-linear part: comparisons and choices by correlated OT"),
        (None, None, "at the end"),
        (2, 0, "shares of the agreed output; one bit for each row: left its ranges"),
        (0, 2, "goodbye; keys, shares and correlations are closed on both sides"),
    )
    both = {label for a, _, label in steps if a is not None and label.startswith("non-linear")}
    height = 90 + 44 * len(steps) + 40
    p = Picture(880, height, "One attempt, from the ticket to the answer")
    for (name, x), kind in zip(lanes, ("client", "server", "server")):
        p.box(x - 90, 16, 180, 36, kind)
        p.text(x, 39, name, "title")
        p.line(x, 52, x, height - 20, "dash")
    for i, (a, b, label) in enumerate(steps):
        y = 96 + 44 * i
        if a is None:
            p.box(40, y - 18, 800, 26, "party")
            p.text(440, y, label, "title")
            continue
        x1, x2 = lanes[a][1], lanes[b][1]
        p.text((x1 + x2) / 2, y - 8, label, "small" if abs(x1 - x2) < 400 else "over")
        p.arrow(x1, y, x2, both=label in both)
    p.write("attempt.svg")


if __name__ == "__main__":
    architecture()
    attempt()
