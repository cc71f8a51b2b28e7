// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import io.secmoe.channel.Channel;
import io.secmoe.jni.Native;
import io.secmoe.jni.NativeHandle;
import io.secmoe.ring.Arena;
import org.apache.arrow.memory.ArrowBuf;

/** The party that holds the tokens and the secret key. */
public final class ClientParty extends Party {
  private NativeHandle keys;

  private ClientParty(Channel channel, Arena arena, Profile profile, int threads) {
    super(channel, arena, profile, threads);
  }

  /**
   * Draws fresh keys and sets the correlations up, after the handshake; see {@link Setup}.
   *
   * @param arena closed with the party, also when opening fails
   * @param threads native threads of this attempt
   */
  public static ClientParty open(Channel channel, Arena arena, Profile profile, int threads) {
    ClientParty party = new ClientParty(channel, arena, profile, threads);
    try {
      party.keys = new NativeHandle(Native.heClientKeys(party.params().id()));
      party.openStocks();
      Setup.client(party);
      return party;
    } catch (RuntimeException e) {
      party.close();
      throw e;
    }
  }

  /** Returns the secret key, public key and relinearisation key of this attempt. */
  public NativeHandle keys() {
    return keys;
  }

  void sendPublicKeys() {
    ArrowBuf out = message(Native.hePublicKeyBytes(params().id()));
    Native.heWritePublicKey(keys.id(), Arena.readable(out));
    send(out);
  }

  @Override
  public OtUse otUse() {
    return new OtUse(
        sends().taken() + receives().taken(),
        sends().made() + receives().made(),
        sends().sent() + receives().sent(),
        sends().received() + receives().received());
  }

  @Override
  public void close() {
    Closing.all(keys);
    super.close();
  }
}
