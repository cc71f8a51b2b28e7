// SPDX-License-Identifier: Apache-2.0
package io.secmoe.model.directory;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects notes, a line each, for a model's owner about the way a checkpoint is read and served.
 */
final class CheckpointNotes {
  /** The most tensors that a line names. */
  private static final int NAMED = 20;

  private final List<String> all = new ArrayList<>();

  /** Adds a note. Names come from files, and a line break in one must not forge a line of a log. */
  void add(String note) {
    all.add(note.replaceAll("\\p{Cntrl}", " "));
  }

  /** Notes that a common prefix of all names was left out. */
  void prefix(String prefix) {
    add(
        "the names of this checkpoint's tensors begin with \""
            + prefix
            + "\"; they are read without it");
  }

  /** Notes the tensors, if any, of parts of the model that are not served. */
  void parts(List<String> tensors) {
    if (!tensors.isEmpty()) {
      add(
          "of this checkpoint the encoder is served; "
              + tensors.size()
              + " tensors are not, such as "
              + tensors.get(0));
    }
  }

  /** Notes the tensors, if any, that cannot change the model. */
  void withoutWeights(List<String> tensors) {
    if (!tensors.isEmpty()) {
      add(
          "these tensors are ignored, because they are empty or hold integers, which are no"
              + " weights: "
              + String.join(", ", tensors.subList(0, Math.min(NAMED, tensors.size())))
              + (tensors.size() > NAMED ? " and " + (tensors.size() - NAMED) + " more" : ""));
    }
  }

  List<String> all() {
    return List.copyOf(all);
  }
}
