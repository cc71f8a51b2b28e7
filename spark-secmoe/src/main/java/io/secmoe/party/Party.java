// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import io.secmoe.channel.Channel;
import io.secmoe.jni.Native;
import io.secmoe.jni.NativeHandle;
import io.secmoe.ring.Arena;
import io.secmoe.ring.Modulus;
import io.secmoe.ring.Rng;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.arrow.memory.ArrowBuf;

/**
 * One side of an attempt: a channel, off-heap memory, threads, fresh randomness, and its half of
 * the correlations. It lives as long as the attempt and is used by one thread.
 */
public abstract sealed class Party implements AutoCloseable permits ClientParty, ServerParty {
  private final Channel channel;
  private final Arena arena;
  private final Profile profile;
  private final NativeHandle pool;
  private final NativeHandle params;
  private final Rng rng;
  private final RowWatch watch = new RowWatch();
  private SenderStock sends;
  private ReceiverStock receives;

  Party(Channel channel, Arena arena, Profile profile, int threads) {
    this.channel = channel;
    this.arena = arena;
    this.profile = profile;
    NativeHandle newPool = new NativeHandle(Native.poolNew(threads));
    NativeHandle newParams = null;
    try {
      newParams =
          new NativeHandle(
              Native.heParams(
                  profile.primeBits().stream().mapToInt(Integer::intValue).toArray(),
                  profile.t().value()));
      arena.runOn(newPool);
      this.rng = new Rng();
    } catch (RuntimeException e) {
      newPool.close();
      if (newParams != null) {
        newParams.close();
      }
      arena.close();
      throw e;
    }
    this.pool = newPool;
    this.params = newParams;
  }

  public final Channel channel() {
    return channel;
  }

  /** Returns the off-heap memory of this attempt, which is closed with the party. */
  public final Arena arena() {
    return arena;
  }

  public final Profile profile() {
    return profile;
  }

  /** Returns the HE plaintext prime t, the modulus of everything linear. */
  public final Modulus t() {
    return profile.t();
  }

  public final NativeHandle pool() {
    return pool;
  }

  public final NativeHandle params() {
    return params;
  }

  public final Rng rng() {
    return rng;
  }

  /** Returns this party's shares of the columns that left their ranges. */
  public final RowWatch watch() {
    return watch;
  }

  /** Returns the correlations in which this party is the OT sender. */
  public final SenderStock sends() {
    return sends;
  }

  /** Returns the correlations in which this party is the OT receiver. */
  public final ReceiverStock receives() {
    return receives;
  }

  /** Returns true at the server, which by convention holds public constants in its shares. */
  public final boolean isServer() {
    return this instanceof ServerParty;
  }

  /** Returns this party's share of a public constant: the server has all of it. */
  public final long share(long constant) {
    return isServer() ? constant : 0;
  }

  /** Runs this party's side of a conversation. */
  public final <R> R side(Function<ClientParty, R> client, Function<ServerParty, R> server) {
    return this instanceof ClientParty c ? client.apply(c) : server.apply((ServerParty) this);
  }

  /** Runs this party's side of a conversation that has no result. */
  public final void sideOnly(Consumer<ClientParty> client, Consumer<ServerParty> server) {
    if (this instanceof ClientParty c) {
      client.accept(c);
    } else {
      server.accept((ServerParty) this);
    }
  }

  /** Returns this attempt's use of correlated OT so far. */
  public abstract OtUse otUse();

  /** Draws this attempt's halves of both stocks, empty until {@link Setup} has run. */
  final void openStocks() {
    sends = new SenderStock(this);
    receives = new ReceiverStock(this);
  }

  /** Returns a message buffer of exactly this many bytes, for native code to fill. */
  public final ArrowBuf message(long bytes) {
    return arena.message(bytes);
  }

  /**
   * Sends a message made by {@link #message} or packed from a vector, and takes ownership of the
   * buffer.
   */
  public final void send(ArrowBuf message) {
    channel.send(arena.handOver(message));
  }

  /** Makes running native work end at its next tile. Any thread may call it. */
  public final void cancel() {
    Native.poolCancel(pool.id());
  }

  @Override
  public void close() {
    Closing.all(sends, receives);
    rng.close();
    params.close();
    pool.close();
    arena.close();
  }
}
