package io.secmoe.moe;

/** The experts' non-linearity. */
public enum Activation {
  GELU,
  RELU
}
