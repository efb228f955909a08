using Microsoft.Extensions.Time.Testing;
using Serverless.Chaos.Acts;
using Serverless.Chaos.Devices;
using Serverless.Chaos.Invariants;
using Serverless.Device;
using Serverless.Device.Answers;
using Serverless.Device.Bundles;
using Serverless.Outcomes;

namespace Serverless.Tests.Unit.Chaos;

/// <summary>What a device of a run with faults holds against the servers, when they earn it.</summary>
public sealed class ChaosDeviceTests(ITestOutputHelper output)
{
    private static readonly Offer Failed = new("1.1.0", new Uri("http://127.0.0.1/bundle.zip"), Checksum: "", SessionKey: "", Manifest: []);

    [Fact]
    public void Offer_of_a_release_that_failed_on_the_device_is_told_once_every_server_must_know()
    {
        var (violations, time) = (new Violations(output.WriteLine), new FakeTimeProvider());
        using var http = new HttpClient();
        var profile = DeviceProfile.For(new Uri("http://127.0.0.1"), "com.example.app");
        var device = new ChaosDevice(profile, http, new BundleCache(), fails: _ => true, new Random(1), new Tally(), violations, time);
        IDeviceObserver observed = device;
        device.Remember(Failed.Version);

        time.Advance(Narrowings.MaxAge);
        observed.Answered(Failed, elapsed: TimeSpan.FromSeconds(1));
        observed.Answered(Failed with { Version = "1.2.0" }, elapsed: TimeSpan.Zero);
        Assert.Empty(violations.All);

        observed.Answered(Failed, elapsed: TimeSpan.Zero);
        Assert.StartsWith("a device was offered 1.1.0, on which it failed", Assert.Single(violations.All), StringComparison.Ordinal);
    }
}
