// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import io.secmoe.channel.Channel;
import io.secmoe.jni.Native;
import io.secmoe.jni.NativeHandle;
import io.secmoe.ring.Arena;
import org.apache.arrow.memory.ArrowBuf;

/** The party that holds the model. */
public final class ServerParty extends Party {
  private NativeHandle keys;

  private ServerParty(Channel channel, Arena arena, Profile profile, int threads) {
    super(channel, arena, profile, threads);
  }

  /**
   * Takes the client's public keys and sets the correlations up, after the handshake; see {@link
   * Setup}.
   *
   * @param arena closed with the party, also when opening fails
   * @param threads native threads of this attempt
   */
  public static ServerParty open(Channel channel, Arena arena, Profile profile, int threads) {
    ServerParty party = new ServerParty(channel, arena, profile, threads);
    try {
      party.openStocks();
      Setup.server(party);
      return party;
    } catch (RuntimeException e) {
      party.close();
      throw e;
    }
  }

  /** Returns the client's public and relinearisation keys. */
  public NativeHandle keys() {
    return keys;
  }

  void receivePublicKeys() {
    try (ArrowBuf in = channel().receive(Native.hePublicKeyBytes(params().id()))) {
      keys = new NativeHandle(Native.heServerKeys(params().id(), Arena.readable(in)));
    }
  }

  @Override
  public OtUse otUse() {
    return new OtUse(
        sends().taken() + receives().taken(),
        sends().made() + receives().made(),
        sends().received() + receives().received(),
        sends().sent() + receives().sent());
  }

  @Override
  public void close() {
    Closing.all(keys);
    super.close();
  }
}
