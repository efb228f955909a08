using System.Collections.Immutable;
using System.Security.Cryptography;
using Serverless.Devices;
using Serverless.Releases;
using Serverless.Rollouts;

namespace Serverless.Tests.Unit.Rollouts;

/// <summary>A ramp of 5, 25 and 100 % with a control of 5 %, and the devices it meets.</summary>
internal static class TestRollouts
{
    public static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly Pepper Pepper = new([.. Enumerable.Range(0, 32).Select(number => (byte)number)]);

    public static readonly Ramp Ramp = new(
        [new RampStage(5, TimeSpan.FromHours(1), 10), new RampStage(25, TimeSpan.FromHours(2), 50), new RampStage(100, TimeSpan.FromDays(1), 0)]);

    /// <summary>Devices as pseudonyms are: evenly spread, and the same in every run.</summary>
    public static readonly ImmutableArray<DevicePseudonym> Devices = [.. Enumerable.Range(0, 20_000).Select(Device)];

    public static Rollout To(string candidate, string id = "production-7") => Rollout.Start(id, BundleVersion.Parse(candidate), Ramp, Noon);

    private static DevicePseudonym Device(int number) =>
        DevicePseudonym.TryParse(Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number)).AsSpan(0, 16)), out var device)
            ? device
            : throw new FormatException($"{number}");
}
