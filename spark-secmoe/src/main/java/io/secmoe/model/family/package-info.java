/** Families of models: one sub-package reads the checkpoints of one family. */
package io.secmoe.model.family;
