// SPDX-License-Identifier: Apache-2.0
package io.secmoe.flight;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.secmoe.flight.ServiceException.Code;
import io.secmoe.party.BatchId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TicketRequestTest {
  static final TicketRequest SAMPLE =
      new TicketRequest(
          new BatchId(new UUID(1, 2), new UUID(3, 4), 5, 6),
          7,
          8,
          "digest",
          "primes=60,50 t=3 ot=silent",
          "0.1+Grüße");

  private static void bad(byte[] bytes) {
    ServiceException e =
        assertThrows(ServiceException.class, () -> TicketRequest.decode(ByteBuffer.wrap(bytes)));
    assertEquals(Code.BAD_REQUEST, e.code());
  }

  @Test
  void comesBackAsItWas() {
    assertEquals(SAMPLE, TicketRequest.decode(ByteBuffer.wrap(SAMPLE.encode())));
    String longest = "x".repeat(TicketRequest.MAX_TEXT);
    TicketRequest big =
        new TicketRequest(
            new BatchId(new UUID(-1, -1), new UUID(0, 0), 0, Integer.MAX_VALUE),
            1,
            1,
            longest,
            "",
            longest);
    assertEquals(big, TicketRequest.decode(ByteBuffer.wrap(big.encode())));
  }

  @Test
  void everyTruncationAndEveryTrailingByteIsRefused() {
    byte[] bytes = SAMPLE.encode();
    for (int n = 0; n < bytes.length; n++) {
      bad(Arrays.copyOf(bytes, n));
    }
    bad(Arrays.copyOf(bytes, bytes.length + 1));
    bad(new byte[TicketRequest.MAX_BYTES + 1]);
  }

  @Test
  void valuesOutOfBoundsAreRefused() {
    UUID id = new UUID(1, 1);
    for (Runnable wrong :
        new Runnable[] {
          () -> new TicketRequest(new BatchId(id, id, -1, 0), 1, 1, "", "", ""),
          () -> new TicketRequest(new BatchId(id, id, 0, -1), 1, 1, "", "", ""),
          () -> new TicketRequest(new BatchId(id, id, 0, 0), 0, 1, "", "", ""),
          () -> new TicketRequest(new BatchId(id, id, 0, 0), 1, 0, "", "", ""),
          () -> new TicketRequest(new BatchId(id, id, 0, 0), 1, 1, "ü".repeat(129), "", ""),
          () -> new TicketRequest(new BatchId(id, id, 0, 0), 1, 1, "\ud800", "", "")
        }) {
      assertEquals(Code.BAD_REQUEST, assertThrows(ServiceException.class, wrong::run).code());
    }
  }

  /**
   * Damages requests at random. Each is refused by name, or is a request whose encoding is exactly
   * those bytes.
   */
  @Test
  void randomDamageIsRefusedOrReadCanonically() {
    Random random = new Random(11);
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = i % 4 == 0 ? new byte[random.nextInt(200)] : SAMPLE.encode();
      if (i % 4 == 0) {
        random.nextBytes(bytes);
      } else {
        for (int k = 0; k <= random.nextInt(4); k++) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
      }
      try {
        assertArrayEquals(bytes, TicketRequest.decode(ByteBuffer.wrap(bytes)).encode());
      } catch (ServiceException e) {
        assertEquals(Code.BAD_REQUEST, e.code());
      }
    }
  }
}
