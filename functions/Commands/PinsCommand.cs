using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Serverless.Hosts.Standalone;
using Serverless.Transport.Pins;

namespace Serverless.Commands;

/// <summary><c>pins https://…</c>: what to pin an app to, from the chain that a server shows.</summary>
internal static class PinsCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var address = new Argument<string>("address") { Description = "Where devices reach the server, such as https://updates.example.com." };
        var backup = new Option<string?>("--backup-key")
        {
            Description = "PEM file of the key that apps shall accept beside the one that is served; a new key is put there when there is none. Without it, the CAs of the chain are pinned.",
        };
        var ca = new Option<string?>("--ca") { Description = "PEM file of the root to trust, where the certificate is of a CA of your own." };
        var json = new Option<bool>("--json") { Description = "Print the result as JSON." };
        var pins = new Command("pins", "Show the pins of a server's certificates, and the configuration that pins an Android and an iOS app to them.") { address, backup, ca, json };
        pins.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetRequiredValue(address), parsed.GetValue(backup), parsed.GetValue(ca), parsed.GetValue(json), cancellation));
        return pins;
    }

    private static async Task<int> RunAsync(string text, string? backupFile, string? caFile, bool asJson, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps)
        {
            throw new StartupException($"'{text}' is not an address such as https://updates.example.com.");
        }

        var (fault, chain) = await ServedChain.ReadAsync(address, Authorities(caFile), Timeout, cancellation);
        if (chain is null)
        {
            throw new StartupException(fault!);
        }

        // A key is made only for a chain that an app can be pinned to.
        var backup = chain.Defect is null && backupFile is not null ? await BackupKey.ReadOrCreateAsync(backupFile, cancellation) : null;
        if (backup?.Pin == chain.Certificates[0].Pin)
        {
            throw new StartupException($"'{backupFile}' holds the key that is served: whoever loses that one has no other.");
        }

        var pins = chain.Defect is null ? PinSet.Of(chain, backup?.Pin) : null;
        await Console.Out.WriteLineAsync(asJson
            ? JsonSerializer.Serialize(new PinReport(chain.Host, chain.Certificates, chain.Defect, backup?.Pin, pins?.Android, pins?.Ios), PinJson.Default.PinReport)
            : Describe(chain, pins, backup, backupFile));
        return (chain.Defect, pins) switch
        {
            ({ } defect, _) => await RefuseAsync($"{defect} An app that was pinned to it would be pinned to whoever answered just now; name a CA of your own with --ca.", ExitCode.Rejected),
            (_, null) => await RefuseAsync("The certificate has no CA above it that an app could fall back on: name a backup key with --backup-key.", ExitCode.Failed),
            _ => ExitCode.Done,
        };
    }

    private static X509Certificate2Collection Authorities(string? file)
    {
        var authorities = new X509Certificate2Collection();
        if (file is not null)
        {
            try
            {
                authorities.ImportFromPemFile(file);
            }
            catch (CryptographicException e)
            {
                throw new StartupException($"'{file}' holds no certificates in PEM: {e.Message}", e);
            }

            if (authorities.Count == 0)
            {
                throw new StartupException($"'{file}' holds no certificates in PEM.");
            }
        }

        return authorities;
    }

    private static async Task<int> RefuseAsync(string sentence, int exitCode)
    {
        await Console.Error.WriteLineAsync(sentence);
        return exitCode;
    }

    private static string Describe(ServedChain chain, PinSet? pins, BackupKey? backup, string? backupFile)
    {
        var certificates = string.Join('\n', chain.Certificates.Select(certificate => $"{certificate.Pin}  {certificate.Subject}, until {certificate.NotAfter:yyyy-MM-dd}"));
        return pins is null ? certificates : $"""
            {certificates}
            {Explain(backup, backupFile)}

            Android, res/xml/network_security_config.xml, which android:networkSecurityConfig names in the manifest:

            {pins.Android}

            iOS, in Info.plist:

            {pins.Ios}
            """;
    }

    private static string Explain(BackupKey? backup, string? file) => backup switch
    {
        { IsNew: true } => $"""
            {backup.Pin}  backup key, made in {file}

            Move {file} to a place that no server reaches. When the served key is lost or to be changed, request a certificate for this one: apps accept it already.
            """,
        { } => $"{backup.Pin}  backup key in {file}",
        null => """

            Pinned to the CAs of the chain, because there is no --backup-key: any certificate of theirs is accepted, and a CA may change its intermediates. A key of
            your own, kept offline, is narrower and yours to keep: --backup-key backup.pem makes one.
            """,
    };
}
