// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.server;

import io.secmoe.channel.Channel;
import io.secmoe.channel.FrameTransport;
import io.secmoe.channel.FramedChannel;
import io.secmoe.channel.Meter;
import io.secmoe.model.inference.Inference;
import io.secmoe.model.inference.ServerModel;
import io.secmoe.moe.Strategy;
import io.secmoe.network.Sequences;
import io.secmoe.party.Binding;
import io.secmoe.party.Handshake;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.Arena;
import io.secmoe.spark.memory.JvmMemory;

/**
 * The server's side of one attempt, from handshake to the last message, on the task's thread.
 * Everything secret is drawn in {@link ServerParty#open} and dies with the party. Any thread may
 * call {@link #cancel} at any time.
 */
final class ServerConversation {
  private final Meter meter = new Meter();
  private final FrameTransport transport;

  /** The party, while it is open and not yet closing. Guarded by this. */
  private ServerParty party;

  private boolean cancelled;

  /**
   * @param transport closed at the end of {@link #run}
   */
  ServerConversation(FrameTransport transport) {
    this.transport = transport;
  }

  /**
   * Serves the batch.
   *
   * @param binding the values that the handshake compares
   * @param threads native threads
   */
  void run(
      Binding binding, ServerModel model, Sequences sequences, Strategy strategy, int threads) {
    Arena arena =
        new Arena(JvmMemory.root().newChildAllocator("secmoe-attempt", 0, Long.MAX_VALUE));
    try (Channel channel = new FramedChannel(transport, arena.allocator(), meter)) {
      handshake(channel, binding, arena);
      serve(channel, arena, model, sequences, strategy, threads);
    }
  }

  private void serve(
      Channel channel,
      Arena arena,
      ServerModel model,
      Sequences sequences,
      Strategy strategy,
      int threads) {
    ServerParty opened = null;
    try {
      opened = ServerParty.open(channel, arena, model.layers().profile(), threads);
      running(opened);
      Inference.server(opened, model, sequences, strategy);
    } catch (RuntimeException e) {
      transport.abort("the server's side failed with " + e.getClass().getSimpleName());
      throw e;
    } finally {
      running(null);
      if (opened != null) {
        opened.close();
      }
    }
  }

  private static void handshake(Channel channel, Binding binding, Arena arena) {
    boolean agreed = false;
    try {
      Handshake.server(channel, binding);
      agreed = true;
    } finally {
      if (!agreed) {
        arena.close();
      }
    }
  }

  Meter meter() {
    return meter;
  }

  private synchronized void running(ServerParty now) {
    party = now;
    if (now != null && cancelled) {
      now.cancel();
    }
  }

  /** Ends the conversation on both sides: the stream at once, native work at its next tile. */
  void cancel(String reason) {
    transport.abort(reason);
    synchronized (this) {
      cancelled = true;
      if (party != null) {
        party.cancel();
      }
    }
  }
}
