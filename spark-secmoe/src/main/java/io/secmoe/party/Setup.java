// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import io.secmoe.jni.Native;
import io.secmoe.ring.Arena;
import org.apache.arrow.memory.ArrowBuf;

/**
 * The attempt's set-up, right after the handshake: the client's public and relinearisation keys,
 * and base OTs for the extension of both directions; for silent extension the seeds carry the first
 * correlations as well, made by SoftSpoken.
 *
 * <p>Messages: client → server keys and hello (client receives); server → client choices and hello
 * (server receives); client → server seeds and choices; server → client seeds. Two rounds.
 * Everything is drawn from the operating system for this attempt.
 */
final class Setup {
  private Setup() {}

  static void client(ClientParty c) {
    int ot = c.profile().ot().kind;
    c.sendPublicKeys();
    ArrowBuf hello = c.message(Native.otSetupBytes(ot, 0));
    Native.otReceiverHello(c.receives().id(), Arena.readable(hello));
    c.send(hello);

    ArrowBuf seeds = c.message(Native.otSetupBytes(ot, 2));
    try (ArrowBuf choices = c.channel().receive(Native.otSetupBytes(ot, 1))) {
      Native.otReceiverSeeds(
          c.pool().id(), c.receives().id(), Arena.readable(choices), Arena.readable(seeds));
    }
    ArrowBuf choose = c.message(Native.otSetupBytes(ot, 1));
    try (ArrowBuf peerHello = c.channel().receive(Native.otSetupBytes(ot, 0))) {
      Native.otSenderChoose(c.sends().id(), Arena.readable(peerHello), Arena.readable(choose));
    }
    c.send(seeds);
    c.send(choose);

    try (ArrowBuf peerSeeds = c.channel().receive(Native.otSetupBytes(ot, 2))) {
      Native.otSenderSeeds(c.pool().id(), c.sends().id(), Arena.readable(peerSeeds));
    }
  }

  static void server(ServerParty s) {
    int ot = s.profile().ot().kind;
    s.receivePublicKeys();
    ArrowBuf choose = s.message(Native.otSetupBytes(ot, 1));
    try (ArrowBuf peerHello = s.channel().receive(Native.otSetupBytes(ot, 0))) {
      Native.otSenderChoose(s.sends().id(), Arena.readable(peerHello), Arena.readable(choose));
    }
    ArrowBuf hello = s.message(Native.otSetupBytes(ot, 0));
    Native.otReceiverHello(s.receives().id(), Arena.readable(hello));
    s.send(choose);
    s.send(hello);

    try (ArrowBuf peerSeeds = s.channel().receive(Native.otSetupBytes(ot, 2))) {
      Native.otSenderSeeds(s.pool().id(), s.sends().id(), Arena.readable(peerSeeds));
    }
    ArrowBuf seeds = s.message(Native.otSetupBytes(ot, 2));
    try (ArrowBuf choices = s.channel().receive(Native.otSetupBytes(ot, 1))) {
      Native.otReceiverSeeds(
          s.pool().id(), s.receives().id(), Arena.readable(choices), Arena.readable(seeds));
    }
    s.send(seeds);
  }
}
