package io.secmoe.party;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeHandle;
import org.apache.arrow.memory.ArrowBuf;

/** The receiver's half of a stock of correlated OTs: random choices c_j and T_j. See {@link SenderStock}. */
public final class ReceiverStock extends NativeHandle {
  private final Party party;
  private long taken;
  private long sent;

  ReceiverStock(Party party) {
    super(Native.otReceiver(party.profile().otK()));
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
    ArrowBuf out = party.message(Native.otExtendBytes(party.profile().otK(), n));
    Native.otReceiverExtend(party.pool().id(), id(), n, out.memoryAddress(), out.readableBytes());
    sent += out.readableBytes();
    party.send(out);
  }

  long taken() {
    return taken;
  }

  long made() {
    return taken + Native.otAvailable(id());
  }

  /** Bytes of the messages that filled the stock. */
  long extensionBytes() {
    return sent;
  }
}
