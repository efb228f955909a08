namespace Serverless.Rollouts;

/// <summary>Where somebody wants a device to be led. Exactly one of the two.</summary>
/// <param name="Version">A release.</param>
/// <param name="Channel">A channel, which need not be one that devices may choose.</param>
internal sealed record PinOrder(string? Version = null, string? Channel = null);

/// <summary>A device's pin as people see it.</summary>
/// <param name="Device">The device's pseudonym, under which the ledger knows it.</param>
/// <param name="Version">The release it is pinned to.</param>
/// <param name="Channel">The channel it is pinned to; null as well when the device is not pinned.</param>
internal sealed record PinDescription(string Device, string? Version = null, string? Channel = null);
