using System.Xml.Linq;
using Serverless.Transport.Pins;

namespace Serverless.Tests.Unit.Transport.Pins;

/// <summary>What is pasted into apps, as their platforms read it.</summary>
[Trait("Threat", "Arbitrary installation via endpoint/MITM")]
public sealed class PinSetTests
{
    private static readonly ServedChain Chain = new("updates.example.com", [Certificate("own"), Certificate("issuer"), Certificate("root")], Defect: null);

    [Fact]
    public void With_a_backup_key_an_app_takes_the_served_key_and_the_backup_alone()
    {
        var pins = PinSet.Of(Chain, "backup")!;

        Assert.Equal(["own", "backup"], AndroidPins(pins));
        Assert.Equal(("NSPinnedLeafIdentities", "own", "backup"), IosPins(pins) is [var list, var first, var second] ? (list, first, second) : default);
    }

    /// <summary>iOS demands a match in both lists where both are there: with the served key in one of them, that key could never be changed.</summary>
    [Fact]
    public void Without_one_an_app_falls_back_on_the_cas_of_the_chain()
    {
        var pins = PinSet.Of(Chain, backup: null)!;

        Assert.Equal(["own", "issuer", "root"], AndroidPins(pins));
        Assert.Equal(["NSPinnedCAIdentities", "issuer", "root"], IosPins(pins));
    }

    [Fact]
    public void An_app_is_never_pinned_to_one_key_alone() => Assert.Null(PinSet.Of(Chain with { Certificates = [Certificate("own")] }, backup: null));

    private static ServedCertificate Certificate(string pin) => new($"CN={pin}", "CN=issuer", DateTimeOffset.UnixEpoch, pin);

    private static IEnumerable<string> AndroidPins(PinSet pins)
    {
        var domain = XDocument.Parse(pins.Android).Element("network-security-config")!.Element("domain-config")!;
        Assert.Equal(("false", "updates.example.com"), ((string?)domain.Attribute("cleartextTrafficPermitted"), (string?)domain.Element("domain")));
        return domain.Element("pin-set")!.Elements("pin").Select(pin => (string)pin.Attribute("digest")! == "SHA-256" ? (string)pin : "");
    }

    /// <summary>The list's name, and its pins.</summary>
    private static List<string> IosPins(PinSet pins)
    {
        var root = XElement.Parse($"<dict>{pins.Ios}</dict>");
        var domain = Value(Value(Value(root, "NSAppTransportSecurity"), "NSPinnedDomains"), "updates.example.com");
        Assert.Equal("false", Value(domain, "NSIncludesSubdomains").Name.LocalName);
        var list = domain.Elements("key").Last();
        return [(string)list, .. ((XElement)list.NextNode!).Elements("dict").Select(pin => (string)Value(pin, "SPKI-SHA256-BASE64"))];
    }

    private static XElement Value(XElement dictionary, string key) =>
        (XElement)dictionary.Elements("key").Single(element => (string)element == key).NextNode!;
}
