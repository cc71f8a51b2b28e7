// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeHandle;
import io.secmoe.ring.Arena;
import java.util.stream.LongStream;
import org.apache.arrow.memory.ArrowBuf;

/**
 * One party's half of a stock of correlated OTs. Both parties take in the same order, so a stock
 * that runs low is extended at the same point of the conversation on both sides: one of them writes
 * the extension's message, the other one reads it.
 *
 * <p>How far it is extended is a public rule. SoftSpoken makes what is missing: its messages cost
 * bytes, and ride with those that the receiver sends next anyway. Silent extension makes an eighth
 * of all that was made before on top, as long as what is kept ahead fits {@link
 * Profile#otMemory()}: many small extensions become few large ones, and no more than a ninth is
 * made in vain.
 */
public abstract sealed class OtStock extends NativeHandle permits SenderStock, ReceiverStock {
  /** Correlated OTs of the smallest extension. */
  private static final long MIN = 16 * 1024;

  private static final long BYTES = 16;

  private final Party party;
  private final boolean writes;
  private long made;
  private long taken;
  private long messageBytes;

  OtStock(Party party, long id, boolean writes) {
    super(id);
    this.party = party;
    this.writes = writes;
  }

  /** Returns n correlations that can be used once. */
  public final Correlations take(long n) {
    return take(new long[] {n}).get(0);
  }

  /** Returns several lots that can be used once each, after one extension for all of them. */
  public final CorrelationLots take(long... lots) {
    long n = LongStream.of(lots).sum();
    long extension = extension(party.profile(), made, Native.otAvailable(id()), n);
    if (extension > 0) {
      party.channel().meter().ahead(() -> extend(extension));
      made += extension;
    }
    taken += n;
    return new CorrelationLots(
        LongStream.of(lots).mapToObj(lot -> new Correlations(Native.otTake(id(), lot))).toList());
  }

  private void extend(long n) {
    long bytes = Native.otExtendBytes(id(), n);
    if (writes) {
      ArrowBuf out = party.message(bytes);
      Native.otWriteExtension(party.pool().id(), id(), n, Arena.readable(out));
      party.send(out);
    } else {
      try (ArrowBuf in = party.channel().receive(bytes)) {
        Native.otReadExtension(party.pool().id(), id(), n, Arena.readable(in));
      }
    }
    messageBytes += bytes;
  }

  /**
   * Returns the number of correlated OTs to add so that {@code wanted} can be taken, after {@code
   * made} have been made so far: 0 if there are enough.
   */
  static long extension(Profile profile, long made, long available, long wanted) {
    if (available >= wanted) {
      return 0;
    }
    long capacity = profile.otMemory() / BYTES / 2;
    long ahead =
        profile.ot() == OtExtension.SILENT ? Math.min(made / 8, Math.max(0, capacity - wanted)) : 0;
    long unit = profile.ot().unit;
    return (Math.max(wanted - available + ahead, MIN) + unit - 1) / unit * unit;
  }

  final long taken() {
    return taken;
  }

  final long made() {
    return made;
  }

  /** Returns the bytes sent to fill the stock. */
  final long sent() {
    return writes ? messageBytes : 0;
  }

  /** Returns the bytes received to fill the stock. */
  final long received() {
    return writes ? 0 : messageBytes;
  }
}
