// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.remote;

import io.secmoe.model.input.FeatureInput;
import io.secmoe.model.input.InputSpec;
import io.secmoe.spark.conf.RowsInvalid;
import io.secmoe.spark.conf.SecMoeConf;
import io.secmoe.spark.remote.InferenceException.Kind;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Names of the columns that inference reads and adds. The added columns depend on what the server
 * reveals.
 *
 * @param given the user's statement about the input
 * @param input array of numbers, one per feature, or array of integers, one per token, or text; a
 *     row with null is not sent and gets no prediction
 * @param prediction added with logits or labels: int, index of the largest logit
 * @param label added with them: string, the name of that class
 * @param logits added with logits: array of float
 * @param embedding added with embeddings: array of float, or an array of those, one per token
 * @param reason added with {@code spark.secmoe.rows.invalid=null}: string, why a row with an input
 *     has no answer: the model does not take the input, or the row left the calibrated ranges. Rows
 *     with one fault have one text; null for rows with an answer, or without an input
 */
public record Columns(
    Given given,
    String input,
    String prediction,
    String label,
    String logits,
    String embedding,
    String reason)
    implements Serializable {
  /** The user's statement about the content of the input column. */
  public enum Given {
    /** No statement: the column's type decides. */
    ANYTHING,
    FEATURES,
    TOKENS
  }

  /** The reason for rows that were sent and have no answer. */
  public static final String OUT_OF_RANGE =
      "the row left the ranges that the model was calibrated for, so its result would mean nothing";

  private static final String REASON = "null_reason";

  /** The default names: features, prediction, label, logits, embedding, null_reason. */
  public static final Columns DEFAULT =
      new Columns(Given.ANYTHING, "features", "prediction", "label", "logits", "embedding");

  /** Makes names with the default name for reasons. */
  public Columns(
      Given given, String input, String prediction, String label, String logits, String embedding) {
    this(given, input, prediction, label, logits, embedding, REASON);
  }

  /** Returns the default names with another one for the input. */
  public static Columns of(String input) {
    return DEFAULT.reading(Given.ANYTHING, input);
  }

  /** Returns these names with another one for the input. */
  public Columns reading(String newInput) {
    return reading(given, newInput);
  }

  private Columns reading(Given newGiven, String newInput) {
    return new Columns(newGiven, newInput, prediction, label, logits, embedding, reason);
  }

  /**
   * Returns these names with the input that one of two options names; both may be null.
   *
   * @param featuresOption the option's name for features, in messages
   * @param tokensOption the option's name for tokens, in messages
   * @throws InferenceException UNUSABLE if both name a column
   */
  public Columns reading(
      String features, String featuresOption, String tokens, String tokensOption) {
    if (features != null && tokens != null) {
      throw unusable(
          featuresOption + " and " + tokensOption + " are both given; a model takes one of them");
    }
    if (tokens != null) {
      return reading(Given.TOKENS, tokens);
    }
    return features == null ? this : reading(Given.FEATURES, features);
  }

  /**
   * Returns the columns that inference with a model adds, in this order, with reasons at the end.
   */
  public List<StructField> added(RemoteModel model) {
    List<StructField> fields = new ArrayList<>(revealed(model));
    if (hasReasons(model)) {
      fields.add(field(reason, DataTypes.StringType));
    }
    return fields;
  }

  /** Returns true if rows that the model does not take pass, so that there are reasons to give. */
  public static boolean hasReasons(RemoteModel model) {
    return model.conf().get(SecMoeConf.ROWS_INVALID) == RowsInvalid.NULL;
  }

  private List<StructField> revealed(RemoteModel model) {
    StructField first = field(prediction, DataTypes.IntegerType);
    StructField second = field(label, DataTypes.StringType);
    DataType numbers = Revealed.type(model.layers());
    return switch (model.output()) {
      case LOGITS -> List.of(first, second, field(logits, numbers));
      case LABEL -> List.of(first, second);
      case EMBEDDINGS -> List.of(field(embedding, numbers));
    };
  }

  private static StructField field(String name, DataType type) {
    return new StructField(name, type, true, Metadata.empty());
  }

  /** The session's way to compare names of columns, and the user's way to give them. */
  public record Naming(boolean caseSensitive, UnaryOperator<String> option) {
    /**
     * @param caseSensitive {@code spark.sql.caseSensitive}
     * @param option says, for a default name, how the user gives the added column another name,
     *     such as "option 'labelColumn'"
     */
    public Naming {}

    private boolean taken(StructType table, String name) {
      return Arrays.stream(table.fieldNames())
          .anyMatch(caseSensitive ? name::equals : name::equalsIgnoreCase);
    }
  }

  /**
   * Returns the input's schema with the added columns at its end.
   *
   * @param type the type of the model's input in it
   * @throws InferenceException UNUSABLE if the model does not take the type, or a name is taken
   */
  public StructType extend(StructType table, DataType type, RemoteModel model, Naming naming) {
    InputTypes.require(model, input, type);
    StructType output = table;
    List<StructField> added = added(model);
    List<StructField> usual = DEFAULT.added(model);
    for (int i = 0; i < added.size(); i++) {
      String name = added.get(i).name();
      if (naming.taken(output, name)) {
        throw unusable(
            (naming.taken(table, name)
                    ? "the input has a column '" + name + "' already"
                    : "two columns to be added are named '" + name + "'")
                + "; give the added one another name with "
                + naming.option().apply(usual.get(i).name()));
      }
      output = output.add(added.get(i));
    }
    return output;
  }

  /**
   * Checks that the model takes what the user says the input holds.
   *
   * @throws InferenceException UNUSABLE if it does not
   */
  public void requireGiven(RemoteModel model) {
    InputSpec wanted = model.layers().input();
    Given takes = wanted instanceof FeatureInput ? Given.FEATURES : Given.TOKENS;
    if (given != Given.ANYTHING && given != takes) {
      throw unusable(
          "column '"
              + input
              + "' is given as "
              + given.name().toLowerCase(Locale.ROOT)
              + ", and the model takes "
              + takes.name().toLowerCase(Locale.ROOT));
    }
  }

  private static InferenceException unusable(String message) {
    return new InferenceException(Kind.UNUSABLE, message);
  }
}
