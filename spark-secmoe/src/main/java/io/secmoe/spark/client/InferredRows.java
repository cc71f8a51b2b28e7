package io.secmoe.spark.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * A partition's rows with their predictions. A whole batch is buffered before a ticket is asked for, and its attempt is closed before the
 * first of its rows comes out: a task holds a ticket only while it uses it.
 */
final class InferredRows implements Iterator<Row> {
  private final Iterator<Row> input;
  private final FeatureReader reader;
  private final BatchRunner runner;
  private final int batchRows;
  private final TaskContext task;
  private Iterator<Row> ready = Collections.emptyIterator();
  private long position;
  private int batch;

  InferredRows(Iterator<Row> input, FeatureReader reader, BatchRunner runner, int batchRows, TaskContext task) {
    this.input = input;
    this.reader = reader;
    this.runner = runner;
    this.batchRows = batchRows;
    this.task = task;
  }

  @Override
  public boolean hasNext() {
    while (!ready.hasNext() && input.hasNext()) {
      try {
        ready = nextBatch();
      } catch (InferenceException e) {
        ClientPlugin.giveUp(task, e);
        throw e;
      }
    }
    return ready.hasNext();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.next();
  }

  private Iterator<Row> nextBatch() {
    List<Row> rows = new ArrayList<>();
    List<float[]> features = new ArrayList<>();
    while (rows.size() < batchRows && input.hasNext()) {
      Row row = input.next();
      rows.add(row);
      features.add(reader.read(row, position++));
    }
    float[][] sent = features.stream().filter(Objects::nonNull).toArray(float[][]::new);
    float[][] logits = sent.length == 0 ? sent : runner.run(batch, sent);
    batch++;
    return merge(rows, features, logits).iterator();
  }

  /** Rows without features were not sent: they get nulls. */
  private static List<Row> merge(List<Row> rows, List<float[]> features, float[][] logits) {
    List<Row> merged = new ArrayList<>(rows.size());
    int answered = 0;
    for (int i = 0; i < rows.size(); i++) {
      merged.add(extend(rows.get(i), features.get(i) == null ? null : logits[answered++]));
    }
    return merged;
  }

  private static Row extend(Row row, float[] logits) {
    Object[] values = new Object[row.size() + 2];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    if (logits != null) {
      values[row.size()] = largest(logits);
      values[row.size() + 1] = logits;
    }
    return RowFactory.create(values);
  }

  /** Index of the largest logit, the lowest one if several are. */
  private static int largest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }
}
