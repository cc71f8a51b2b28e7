package io.secmoe.protocol;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.RingVector;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Opens shared values to the client, and to nobody else: the agreed output. Rounds: ½. Per element: ⌈log₂M⌉ bits.
 */
public final class Reveal {
  private Reveal() {}

  /** The values; x stays open. */
  public static RingVector client(ClientParty c, RingVector x) {
    try (ArrowBuf in = c.channel().receive(x.modulus().packedBytes(x.length()));
        RingVector theirs = RingVector.unpack(c.arena(), x.modulus(), x.length(), in)) {
      return x.copy(c.arena()).addInPlace(theirs);
    }
  }

  public static void server(ServerParty s, RingVector x) {
    s.send(x.pack(s.arena()));
  }
}
