// SPDX-License-Identifier: Apache-2.0
package io.secmoe.jni;

/**
 * The place for results of the server: rows of {@code columns} ≤ 8192 slots, one answer each.
 *
 * @param columns the slots of a row
 * @param shares the server's shares, negated masks: ring vectors modulo t, rows × columns
 * @param ciphertexts the compressed answers for the client, {@link Native#heAnswerBytes} each
 */
public record NativeAnswers(int columns, NativeBuffer shares, NativeBuffer ciphertexts) {}
