package io.secmoe.party;

import io.secmoe.jni.Native;
import io.secmoe.jni.NativeHandle;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.arrow.memory.ArrowBuf;

/** The receiver's half of a stock of correlated OTs: random choices c_j and T_j. See {@link SenderStock}. */
public final class ReceiverStock extends NativeHandle {
  private final Party party;

  ReceiverStock(Party party) {
    super(Native.otReceiver(party.profile().otK()));
    this.party = party;
  }

  /** n correlations that can be used once. */
  public Correlations take(long n) {
    return take(new long[] {n}).get(0);
  }

  /** Several lots that can be used once each, after one extension for all of them. */
  public List<Correlations> take(long... lots) {
    extend(LongStream.of(lots).sum());
    return LongStream.of(lots).mapToObj(n -> new Correlations(Native.otTake(id(), n))).toList();
  }

  private void extend(long n) {
    long extension = Stocks.extension(Native.otAvailable(id()), n);
    if (extension > 0) {
      ArrowBuf out = party.message(Native.otExtendBytes(party.profile().otK(), extension));
      Native.otReceiverExtend(party.pool().id(), id(), extension, out.memoryAddress(), out.readableBytes());
      party.send(out);
    }
  }
}
