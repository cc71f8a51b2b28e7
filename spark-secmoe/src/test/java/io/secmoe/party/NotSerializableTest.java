package io.secmoe.party;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.secmoe.linear.Weights;
import io.secmoe.ring.DigitVector;
import io.secmoe.ring.RingVector;
import io.secmoe.testing.Link;
import io.secmoe.testing.TwoParties;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is secret cannot get into a closure, a broadcast or a checkpoint: Java refuses to serialise it. */
class NotSerializableTest {
  @Test
  void sharesKeysHandlesAndWeightsAreRefused() {
    try (TwoParties parties = new TwoParties(Link.MEMORY);
        RingVector share = RingVector.zeros(parties.client().arena(), parties.client().t(), 3);
        DigitVector bits = DigitVector.of(parties.client().arena(), 1, 1, 0)) {
      Weights weights = Weights.quantise(1, 1, 1, 0, i -> 1);
      for (Object secret : List.of(share, bits, weights, parties.client(), parties.server(), parties.client().keys(),
          parties.client().sends(), parties.server().receives(), parties.client().rng())) {
        assertThrows(NotSerializableException.class,
            () -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(secret), secret.getClass().getName());
      }
    }
  }
}
