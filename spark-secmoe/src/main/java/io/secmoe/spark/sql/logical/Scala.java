// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.sql.logical;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import scala.Function1;
import scala.PartialFunction;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractPartialFunction;

/** Adapters for Catalyst's Scala signatures, for use from Java. */
public final class Scala {
  private Scala() {}

  @SafeVarargs
  @SuppressWarnings("varargs")
  public static <T> Seq<T> seq(T... items) {
    return seq(List.of(items));
  }

  @SuppressWarnings("unchecked")
  public static <T> Seq<T> seq(List<? extends T> items) {
    return CollectionConverters.<T>asScala((List<T>) List.copyOf(items)).toList();
  }

  public static <T> List<T> list(scala.collection.Seq<T> items) {
    return CollectionConverters.asJava(items);
  }

  public static <A, B> Function1<A, B> function(Function<A, B> f) {
    return new AbstractFunction1<>() {
      @Override
      public B apply(A a) {
        return f.apply(a);
      }
    };
  }

  /** Returns {@code f} as a partial function that is defined where {@code defined} holds. */
  public static <A, B> PartialFunction<A, B> where(Predicate<A> defined, Function<A, B> f) {
    return new AbstractPartialFunction<>() {
      @Override
      public boolean isDefinedAt(A a) {
        return defined.test(a);
      }

      @Override
      public B apply(A a) {
        return f.apply(a);
      }
    };
  }

  /** Returns {@code f} as a partial function that is defined where its result is not null. */
  public static <A> PartialFunction<A, A> rewriting(Function<A, A> f) {
    return new AbstractPartialFunction<>() {
      @Override
      public boolean isDefinedAt(A a) {
        return f.apply(a) != null;
      }

      @Override
      public A apply(A a) {
        return f.apply(a);
      }
    };
  }

  /** Returns {@code expression AS name}, with a new id. */
  public static Alias alias(Expression expression, String name) {
    return new Alias(
        expression, name, NamedExpression.newExprId(), seq(), scala.Option.empty(), seq());
  }
}
