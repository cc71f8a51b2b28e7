package io.secmoe.model;

/** One step of the public walk over a model: its shape, scales and calibrated ranges, never a weight. */
public sealed interface LayerSpec permits LinearSpec, MoeSpec {
  /** The layer's name: the prefix of its tensors in the checkpoint, and its name in cost reports. */
  String name();

  /** Features that come in. */
  int inputs();

  /** Features that go out. */
  int outputs();
}
