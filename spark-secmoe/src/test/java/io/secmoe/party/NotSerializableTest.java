// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.secmoe.linear.Weights;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.RingVector;
import io.secmoe.spark.Parties;
import io.secmoe.testing.Link;
import io.secmoe.testing.TwoParties;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import scala.reflect.ClassTag$;

/**
 * Secret objects cannot get into a closure, a broadcast, a shuffle or a checkpoint: Java and Kryo
 * refuse to serialise them.
 */
class NotSerializableTest {
  @Test
  void sharesKeysHandlesAndWeightsAreRefused() {
    try (TwoParties parties = new TwoParties(Link.MEMORY);
        RingVector share = RingVector.zeros(parties.client().arena(), parties.client().t(), 3);
        DigitVector bits = DigitVector.of(parties.client().arena(), 1, 1, 0)) {
      Weights weights = Weights.quantise(1, 1, 1, 0, i -> 1);
      SerializerInstance kryo = kryo();
      for (Object secret :
          List.of(
              share,
              bits,
              weights,
              parties.client(),
              parties.server(),
              parties.client().keys(),
              parties.client().sends(),
              parties.server().receives(),
              parties.client().rng())) {
        String name = secret.getClass().getName();
        assertThrows(
            NotSerializableException.class,
            () -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(secret),
            name);
        Exception e =
            assertThrows(
                Exception.class,
                () -> kryo.serialize(secret, ClassTag$.MODULE$.apply(Object.class)),
                name);
        assertTrue(
            e.toString()
                .contains("Class is not registered: " + secret.getClass().getCanonicalName()),
            e.toString());
      }
    }
  }

  private static SerializerInstance kryo() {
    SparkConf conf = new SparkConf(false);
    Parties.KRYO.forEach(conf::set);
    return new KryoSerializer(conf).newInstance();
  }
}
