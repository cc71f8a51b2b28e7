package io.secmoe.party;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeHandle;
import org.apache.arrow.memory.ArrowBuf;

/**
 * The sender's half of a stock of correlated OTs: Q_j = T_j ⊕ c_j·Δ. Both parties take in the same order, so a stock that runs low
 * is extended at the same point of the conversation: the receiver sends, the sender absorbs.
 */
public final class SenderStock extends NativeHandle {
  private final Party party;
  private long taken;
  private long received;

  SenderStock(Party party) {
    super(Native.otSender(party.profile().otK()));
    this.party = party;
  }

  /** n correlations that can be used once. */
  public Correlations take(long n) {
    long extension = Stocks.extension(Native.otAvailable(id()), n);
    if (extension > 0) {
      party.channel().meter().ahead(() -> extend(extension));
    }
    Correlations correlations = new Correlations(Native.otTake(id(), n));
    taken += n;
    return correlations;
  }

  private void extend(long n) {
    try (ArrowBuf in = party.channel().receive(Native.otExtendBytes(party.profile().otK(), n))) {
      Native.otSenderExtend(party.pool().id(), id(), n, in.memoryAddress(), in.readableBytes());
      received += in.readableBytes();
    }
  }

  long taken() {
    return taken;
  }

  long made() {
    return taken + Native.otAvailable(id());
  }

  /** Bytes of the messages that filled the stock. */
  long extensionBytes() {
    return received;
  }
}
