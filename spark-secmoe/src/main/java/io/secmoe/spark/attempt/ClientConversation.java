// SPDX-License-Identifier: Apache-2.0
package io.secmoe.spark.attempt;

import io.secmoe.channel.Channel;
import io.secmoe.channel.FrameTransport;
import io.secmoe.channel.FramedChannel;
import io.secmoe.channel.Meter;
import io.secmoe.model.inference.Inference;
import io.secmoe.model.inference.Predictions;
import io.secmoe.model.input.Rows;
import io.secmoe.model.layers.LayerList;
import io.secmoe.moe.Strategy;
import io.secmoe.party.Binding;
import io.secmoe.party.ClientParty;
import io.secmoe.party.Handshake;
import io.secmoe.ring.Arena;
import io.secmoe.spark.memory.JvmMemory;
import java.util.function.Consumer;

/**
 * The client's side of one attempt, from handshake to predictions, on the task's thread. Everything
 * secret is drawn in {@link ClientParty#open} and dies with the party. Any thread may call {@link
 * #cancel} at any time.
 */
final class ClientConversation {
  private final Meter meter = new Meter();
  private final ObservedTransport transport;

  /** The party, while it is open and not yet closing. Guarded by this. */
  private ClientParty party;

  private boolean cancelled;

  /**
   * @param transport closed at the end of {@link #run}
   * @param progress called on the task's thread for every frame
   */
  ClientConversation(FrameTransport transport, Consumer<Meter> progress) {
    this.transport = new ObservedTransport(transport, () -> progress.accept(meter));
  }

  /**
   * Runs the conversation and returns the predictions that the server reveals for the batch.
   *
   * @param binding the values that the handshake compares
   * @param rows checked rows
   * @param threads native threads
   */
  Predictions run(Binding binding, LayerList layers, Rows rows, Strategy strategy, int threads) {
    Arena arena =
        new Arena(JvmMemory.root().newChildAllocator("secmoe-attempt", 0, Long.MAX_VALUE));
    try (Channel channel = new FramedChannel(transport, arena.allocator(), meter)) {
      handshake(channel, binding, arena);
      transport.takeFingerprint();
      meter.step("keys");
      return infer(channel, arena, layers, rows, strategy, threads);
    }
  }

  private Predictions infer(
      Channel channel, Arena arena, LayerList layers, Rows rows, Strategy strategy, int threads) {
    ClientParty opened = null;
    try {
      opened = ClientParty.open(channel, arena, layers.profile(), threads);
      running(opened);
      return Inference.client(opened, layers, rows, strategy);
    } catch (RuntimeException e) {
      transport.abort("the client's side failed with " + e.getClass().getSimpleName());
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
      Handshake.client(channel, binding);
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

  /**
   * Returns the SHA-256 of the first frame of this attempt's public keys; empty before it is sent.
   */
  String keyFingerprint() {
    return transport.fingerprint();
  }

  private synchronized void running(ClientParty now) {
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
