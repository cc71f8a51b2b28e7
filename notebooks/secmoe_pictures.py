"""Pictures of the notebooks: one style, one colour per step of the conversation."""

import re

import matplotlib.pyplot as plt
import numpy as np

INK, FAINT, RULE = "#2b2f36", "#8a929c", "#dfe3e8"
BLUE, ORANGE, GREEN, PURPLE, RED = "#4c78a8", "#f2a65a", "#54a24b", "#b279a2", "#e45756"
STEPS = {
    "router": BLUE, "linear": ORANGE, "activation": GREEN, "norm": PURPLE, "look-up": "#e8c547", "pool": "#9d755d",
    "projections": "#c8602c", "scores": "#72b7b2", "softmax": RED, "values": "#2f7f86", "output": "#ffd8ae",  # attention's
    "handshake": FAINT, "keys": "#bab0ac", "reveal": INK,
}
SPARE = ["#6b8e9e", "#d6a5c9", "#a0c878", "#7f6fb0"]

plt.rcParams.update({
    "figure.dpi": 88, "figure.facecolor": "white", "savefig.bbox": "tight", "font.size": 10.5,
    "text.color": INK, "axes.labelcolor": INK, "axes.edgecolor": RULE, "axes.titlesize": 11.5, "axes.titleweight": "bold",
    "axes.titlelocation": "left", "axes.titlepad": 12, "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False,
    "axes.grid": True, "axes.grid.axis": "y", "axes.axisbelow": True, "grid.color": RULE, "xtick.color": INK, "ytick.color": INK,
    "xtick.major.size": 0, "ytick.major.size": 0, "legend.frameon": False,
})


def colour(step):
    """The colour of a step; the same in every picture of a session."""
    if step not in STEPS:
        STEPS[step] = SPARE[len(STEPS) % len(SPARE)]
    return STEPS[step]


def digits(images, first, second, columns=9):
    """Handwritten digits of 64 pixels each, with two lines of text below each."""
    rows = -(-len(images) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(columns, 1.55 * rows), squeeze=False)
    for axis in axes.flat:
        axis.axis("off")
    for axis, image, one, two in zip(axes.flat, images, first, second):
        axis.imshow(np.reshape(list(image), (8, 8)), cmap="Greys", vmin=0, vmax=1)
        axis.text(0, 8.4, one, va="top", fontsize=9, fontweight="bold")
        axis.text(0, 10.2, two, va="top", fontsize=9, color=FAINT)
    figure.tight_layout(h_pad=2.2)
    plt.show()


def stacked(axis, labels, steps, horizontal=False):
    """Bars made of parts: steps is a dictionary from the part's name to one figure per label."""
    base = np.zeros(len(labels))
    places = np.arange(len(labels))
    for name, figures in steps.items():
        if horizontal:
            axis.barh(places, figures, left=base, color=colour(name), label=name, height=0.62)
        else:
            axis.bar(places, figures, bottom=base, color=colour(name), label=name, width=0.62)
        base += np.asarray(figures, dtype=float)
    if horizontal:
        axis.set_yticks(places, labels)
        axis.set_ylim(len(labels) - 0.5, -0.5)  # From top to bottom, also where panels share their axis.
        axis.grid(axis="x")
        axis.grid(False, axis="y")
        axis.set_xlim(0, max(axis.get_xlim()[1], 1.04 * base.max()))
    else:
        axis.set_xticks(places, labels)
        axis.margins(y=0.1)
    return base


def layer_names(layers):
    """Short enough for an axis: in a block of the library's encoder, layer 0 is attention, layer 1 the feed-forward layer or the experts."""
    return [re.sub(r"^encoder\.block\.(\d+)\.layer\.([01])$", lambda m: f"block {m[1]}: " + ("attention", "feed-forward")[int(m[2])], layer)
            .removeprefix("encoder.").replace("_", " ") for layer in layers]


def say(axis, places, heights, texts):
    """A figure above each bar."""
    for place, height, text in zip(places, heights, texts):
        axis.annotate(text, (place, height), textcoords="offset points", xytext=(0, 3), ha="center", fontsize=9)


def legend(figure, axis, columns=6):
    """One legend for all panels, below them."""
    handles, labels = axis.get_legend_handles_labels()
    figure.tight_layout()
    figure.legend(handles, labels, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=columns)
