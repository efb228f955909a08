using Serverless.Apps;
using Serverless.Devices;
using Serverless.Devices.Enrolment;

namespace Serverless.Tests.Unit.Devices.Enrolment;

public sealed class DeviceKeyIdTests
{
    private static readonly Pepper Pepper = new(new byte[32]);

    private static readonly AppId App = Parse("com.example.app");

    private static readonly DeviceIdentity Device = new(App, DevicePseudonym.Of(App, "44f128a5-ac7a-4c9a-be4c-224b6bf81b20", Pepper));

    [Fact]
    public void Id_tells_device_and_key()
    {
        var id = DeviceKeyId.Of(Device, [1, 2, 3], Pepper);

        Assert.True(DeviceKeyId.TryParse(id.Text, App, Pepper, out var read));
        // SHA-256 of the three bytes.
        Assert.Equal((Device.Device, "039058c6f2c0cb492c533b0a4d14ef77", id.Text), (read.Device, read.Fingerprint, read.Text));
        Assert.Matches("^[A-Za-z0-9_-]{64}$", id.Text);
    }

    [Fact]
    public void Id_that_nobody_was_given_is_none()
    {
        var text = DeviceKeyId.Of(Device, [1, 2, 3], Pepper).Text;

        Assert.False(DeviceKeyId.TryParse(text, Parse("com.example.other"), Pepper, out _));
        Assert.False(DeviceKeyId.TryParse(text, App, new Pepper([.. Enumerable.Repeat((byte)1, 32)]), out _));
        Assert.False(DeviceKeyId.TryParse(text[..^1], App, Pepper, out _));
        Assert.False(DeviceKeyId.TryParse(text[..^1] + " ", App, Pepper, out _));
        for (var i = 0; i < text.Length; i++)
        {
            Assert.False(DeviceKeyId.TryParse($"{text[..i]}{(text[i] == 'A' ? 'B' : 'A')}{text[(i + 1)..]}", App, Pepper, out _));
        }
    }

    private static AppId Parse(string text) => AppId.TryParse(text, out var app) ? app : throw new InvalidOperationException("Not an app id.");
}
