// SPDX-License-Identifier: Apache-2.0
package io.secmoe.bench.operation;

import io.secmoe.party.ClientParty;
import io.secmoe.party.ServerParty;
import io.secmoe.ring.RingVector;
import java.util.function.BiFunction;

/** Both sides of a protocol: a share of the inputs, which stays open, to a share of the outputs. */
public record TwoSides(
    BiFunction<ClientParty, RingVector, RingVector> client,
    BiFunction<ServerParty, RingVector, RingVector> server) {}
