// SPDX-License-Identifier: Apache-2.0
package io.secmoe.party;

import java.util.UUID;

/**
 * The identity of a batch of one client, whatever the number of attempts at it. Public.
 *
 * @param session the client application's authorisation
 * @param run a fresh UUID for each physical execution of the operator
 * @param partition index of the partition
 * @param batch index of the batch in its partition
 */
public record BatchId(UUID session, UUID run, int partition, int batch) {}
