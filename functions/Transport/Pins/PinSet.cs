using System.Collections.Immutable;

namespace Serverless.Transport.Pins;

/// <summary>
/// What an app is to be pinned to: to the key that is served and a backup key of one's own, or, without one, to the CAs above it, which issue the next
/// certificate whatever its key.
/// </summary>
/// <param name="Host">A DNS name.</param>
/// <param name="Keys">Pins of keys that the server itself shows, today's first.</param>
/// <param name="Authorities">Pins of CAs; none where there is a backup key.</param>
internal sealed record PinSet(string Host, ImmutableArray<string> Keys, ImmutableArray<string> Authorities)
{
    /// <returns>Null when there is nothing beside the key of today: an app that is pinned to it alone is lost with it.</returns>
    public static PinSet? Of(ServedChain chain, string? backup)
    {
        var (own, above) = (chain.Certificates[0].Pin, chain.Certificates.Skip(1).Select(certificate => certificate.Pin));
        return backup is not null ? new PinSet(chain.Host, [own, backup], [])
            : above.Any() ? new PinSet(chain.Host, [own], [.. above])
            : null;
    }

    /// <summary><c>res/xml/network_security_config.xml</c>. Android wants one pin of the chain to match, whichever.</summary>
    public string Android => $"""
        <?xml version="1.0" encoding="utf-8"?>
        <network-security-config>
          <domain-config cleartextTrafficPermitted="false">
            <domain includeSubdomains="false">{Host}</domain>
            <pin-set>
        {Lines(Keys.Concat(Authorities), pin => $"      <pin digest=\"SHA-256\">{pin}</pin>")}
            </pin-set>
          </domain-config>
        </network-security-config>
        """;

    /// <summary>
    /// For <c>Info.plist</c>. iOS wants a match in each list that is there, so keys and CAs together would make the key of today indispensable.
    /// </summary>
    public string Ios => $"""
        <key>NSAppTransportSecurity</key>
        <dict>
          <key>NSPinnedDomains</key>
          <dict>
            <key>{Host}</key>
            <dict>
              <key>NSIncludesSubdomains</key>
              <false/>
              <key>{(Authorities.IsEmpty ? "NSPinnedLeafIdentities" : "NSPinnedCAIdentities")}</key>
              <array>
        {Lines(Authorities.IsEmpty ? Keys : Authorities, pin => $"        <dict>\n          <key>SPKI-SHA256-BASE64</key>\n          <string>{pin}</string>\n        </dict>")}
              </array>
            </dict>
          </dict>
        </dict>
        """;

    private static string Lines(IEnumerable<string> pins, Func<string, string> line) => string.Join('\n', pins.Distinct().Select(line));
}
