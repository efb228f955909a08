using System.Security.Cryptography;
using Serverless.Devices;
using Serverless.Outcomes;

namespace Serverless.Tests.Storage.Outcomes;

/// <summary>Devices as the outcome store knows them: pseudonyms, spread over its shards by their first digit.</summary>
internal static class Voters
{
    public static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public static DevicePseudonym New() => Parse(RandomNumberGenerator.GetHexString(32, lowercase: true));

    public static DevicePseudonym[] Many(int count) => [.. Enumerable.Range(0, count).Select(_ => New())];

    /// <summary>All in one shard, which one transaction changes.</summary>
    public static DevicePseudonym[] InOneShard(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Parse("a" + RandomNumberGenerator.GetHexString(31, lowercase: true)))];

    public static Vote Failed(DevicePseudonym device) => new(device, VoteKind.Failed, "update_fail", Noon);

    public static Vote Good(DevicePseudonym device) => new(device, VoteKind.Good, "app_launch_ready", Noon);

    public static Vote Ran(DevicePseudonym device, DateTimeOffset at) => new(device, VoteKind.Ran, "check", at);

    private static DevicePseudonym Parse(string hex) =>
        DevicePseudonym.TryParse(hex, out var device) ? device : throw new FormatException($"'{hex}' is no pseudonym.");
}
