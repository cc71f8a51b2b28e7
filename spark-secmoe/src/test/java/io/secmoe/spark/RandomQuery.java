// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;

/**
 * A query drawn at random over a table of columns id, k, g and y, in SQL and as the same calls on a
 * Dataset. None of its conditions and orders reads y.
 */
public final class RandomQuery {
  private static final String PLACE = "@";

  /** One operator, or a few that belong together. */
  private record Step(
      String sql, UnaryOperator<Dataset<Row>> call, boolean orders, boolean exact) {}

  private final List<Step> steps = new ArrayList<>();
  private final Action action;
  private final int count;

  /** The action on the result. */
  private enum Action {
    COLLECT,
    COLLECT_AGAIN_LIMITED,
    HEAD,
    TAIL,
    SHOW
  }

  private RandomQuery(Random random, Dataset<Row> some) {
    int length = 1 + random.nextInt(4);
    for (int i = 0; i < length; i++) {
      steps.add(step(random, some));
    }
    boolean plain = steps.stream().allMatch(Step::exact);
    action = plain ? Action.values()[random.nextInt(Action.values().length)] : Action.COLLECT;
    count = 1 + random.nextInt(5);
  }

  /**
   * Makes a random query.
   *
   * @param some its ids are those that a semi-join keeps; registered as the view {@code some}
   */
  public static RandomQuery of(long seed, Dataset<Row> some) {
    return new RandomQuery(new Random(seed), some);
  }

  private static Step step(Random random, Dataset<Row> some) {
    int n = 1 + random.nextInt(8);
    int m = random.nextInt(4);
    return switch (random.nextInt(13)) {
      case 0 ->
          new Step(
              "SELECT id, k, g, concat(y, '+') AS y FROM @",
              t -> t.withColumn("y", functions.expr("concat(y, '+')")),
              false,
              true);
      case 1 ->
          new Step(
              "SELECT y, g + 1 AS g, id, k FROM @",
              t -> t.selectExpr("y", "g + 1 AS g", "id", "k"),
              false,
              true);
      case 2 ->
          new Step(
              "SELECT * FROM @ WHERE id % 4 <> " + m, t -> t.where("id % 4 <> " + m), false, true);
      case 3 ->
          new Step(
              "SELECT * FROM @ ORDER BY g, id DESC",
              t -> t.orderBy(functions.col("g"), functions.desc("id")),
              true,
              true);
      case 4 ->
          new Step(
              "SELECT * FROM @ ORDER BY k DESC, id LIMIT " + n,
              t -> t.orderBy(functions.desc("k"), functions.col("id")).limit(n),
              true,
              true);
      case 5 ->
          new Step(
              "SELECT * FROM @ ORDER BY g, id LIMIT " + n + " OFFSET " + m,
              t -> t.orderBy("g", "id").offset(m).limit(n),
              true,
              true);
      case 6 ->
          new Step(
              "SELECT y, id, k, g FROM (SELECT *, g * 100 + id AS s FROM @) ORDER BY s DESC LIMIT "
                  + n,
              t ->
                  t.withColumn("s", functions.expr("g * 100 + id"))
                      .orderBy(functions.desc("s"))
                      .limit(n)
                      .drop("s"),
              true,
              true);
      case 7 ->
          new Step(
              "SELECT id, k, g, y FROM (SELECT *, row_number() OVER (PARTITION BY k ORDER BY id"
                  + " DESC) AS n FROM @) WHERE n <= "
                  + n,
              t ->
                  t.withColumn(
                          "n",
                          functions
                              .row_number()
                              .over(Window.partitionBy("k").orderBy(functions.desc("id"))))
                      .where("n <= " + n)
                      .drop("n"),
              false,
              true);
      case 8 ->
          new Step(
              "SELECT id, k, g, y FROM (SELECT *, rank() OVER (ORDER BY g, id) AS n FROM @) WHERE n"
                  + " > "
                  + m
                  + "",
              t ->
                  t.withColumn("n", functions.rank().over(Window.orderBy("g", "id")))
                      .where("n > " + m + "")
                      .drop("n"),
              false,
              true);
      case 9 ->
          new Step(
              "SELECT * FROM @ WHERE id IN (SELECT id FROM some)",
              t -> t.join(some, t.col("id").equalTo(some.col("id")), "left_semi"),
              false,
              true);
      case 10 ->
          new Step(
              "SELECT /*+ REPARTITION_BY_RANGE(3, id) */ * FROM @",
              t -> t.repartitionByRange(3, functions.col("id")),
              false,
              true);
      case 11 ->
          new Step(
              "SELECT * FROM (SELECT * FROM @ SORT BY g) LIMIT " + n,
              t -> t.sortWithinPartitions("g").limit(n),
              false,
              false);
      default ->
          new Step(
              "SELECT * FROM @ LIMIT " + (n + m) + " OFFSET " + m,
              t -> t.offset(m).limit(n + m),
              false,
              false);
    };
  }

  /** Returns the query in SQL, over a view. */
  public String sql(String view) {
    String query = view;
    for (Step step : steps) {
      query = step.sql.replace(PLACE, query.equals(view) ? view : "(" + query + ")");
    }
    return query;
  }

  /** Returns the query as calls. */
  public Dataset<Row> over(Dataset<Row> table) {
    Dataset<Row> result = table;
    for (Step step : steps) {
      result = step.call.apply(result);
    }
    return result;
  }

  /** Does with the result what the query ends with. */
  public List<Row> run(Dataset<Row> result) {
    return switch (action) {
      case COLLECT -> result.collectAsList();
      case COLLECT_AGAIN_LIMITED -> result.orderBy("id").limit(count).collectAsList();
      case HEAD -> ordered() ? result.takeAsList(count) : result.collectAsList();
      case TAIL -> ordered() ? List.of((Row[]) result.tail(count)) : result.collectAsList();
      case SHOW -> {
        result.show(count, false);
        yield List.of();
      }
    };
  }

  /** Returns the number of rows of which the action needs the label, if the query has so many. */
  public long needed(long rows) {
    return switch (action) {
      case COLLECT -> rows;
      case COLLECT_AGAIN_LIMITED -> Math.min(rows, count);
      case HEAD, TAIL -> ordered() ? Math.min(rows, count) : rows;
      case SHOW -> Math.min(rows, count + 1L); // one more, to know whether to say "only showing"
    };
  }

  /** Returns true if the rows' order is that of a sort. */
  public boolean ordered() {
    boolean ordered = false;
    for (Step step : steps) {
      ordered =
          step.orders
              || ordered
                  && !step.sql.contains("OVER")
                  && !step.sql.contains("IN (")
                  && !step.sql.contains("RANGE");
    }
    return ordered || action == Action.COLLECT_AGAIN_LIMITED;
  }

  /** Returns true if it has one right answer: a limit without an order has many. */
  public boolean exact() {
    return steps.stream().allMatch(Step::exact);
  }

  /** Returns the label that a row has in the end. */
  public String label(String label) {
    return label
        + "+".repeat((int) steps.stream().filter(step -> step.sql.contains("'+'")).count());
  }

  @Override
  public String toString() {
    return action + " " + count + " of " + sql("t");
  }
}
