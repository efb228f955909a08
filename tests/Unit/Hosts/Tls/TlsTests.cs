using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Serverless.Hosts.Standalone;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Certificates;

namespace Serverless.Tests.Unit.Hosts.Tls;

/// <summary>The certificate of the standalone host, as clients see it.</summary>
[Trait("Threat", "Arbitrary installation via endpoint/MITM")]
public sealed class TlsTests : IDisposable
{
    private const string Host = "updates.example.com";

    private readonly TestAuthority _authority = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-tls-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string CertificateFile => Path.Combine(_folder.FullName, "server.crt");

    private string KeyFile => Path.Combine(_folder.FullName, "server.key");

    private string PasswordFile => Path.Combine(_folder.FullName, "password");

    [Theory]
    [InlineData("pfx")]
    [InlineData("pem and key")]
    [InlineData("pem alone")]
    [InlineData("pem and encrypted key")]
    public async Task Whole_chain_is_sent_whatever_form_its_files_have(string form)
    {
        await using var server = await TlsServer.StartAsync(Write(_authority.Issue(Host), form));

        await using var connection = await server.ConnectAsync(_authority.Root, Cancellation);

        Assert.Equal($"CN={Host}", connection.RemoteCertificate!.Subject);
    }

    [Fact]
    public async Task Renewed_certificate_is_shown_to_new_connections_and_open_ones_go_on()
    {
        using var first = _authority.Issue(Host);
        using var second = _authority.Issue(Host);
        await using var server = await TlsServer.StartAsync(Write(first, "pem and key"));
        await using var open = await server.ConnectAsync(_authority.Root, Cancellation);

        Write(second, "pem and key");

        await Eventually.True(async () => await ShownAsync(server) == second.SerialNumber, "New connections should be shown the new certificate.");
        Assert.Equal("HTTP/1.1 200 OK", await AskAsync(open));
        Assert.Equal(first.SerialNumber, open.RemoteCertificate!.GetSerialNumberString());
    }

    [Fact]
    public async Task Bad_new_file_leaves_the_certificate_is_said_once_and_can_be_mended()
    {
        using var first = _authority.Issue(Host);
        using var second = _authority.Issue(Host);
        await using var server = await TlsServer.StartAsync(Write(first, "pem and key"));
        bool Says(string text) => server.Log.Messages.Any(message => message.Contains(text, StringComparison.Ordinal));

        Put(CertificateFile, second.ExportCertificatePem());

        await Eventually.True(() => Says("stays as it is"), "The log should say that the new file is not taken.");
        Assert.Equal(first.SerialNumber, await ShownAsync(server));
        Write(second, "pem and key");
        await Eventually.True(async () => await ShownAsync(server) == second.SerialNumber, "The mended file should be taken.");
        Assert.Single(server.Log.Messages, message => message.Contains("stays as it is", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ended_certificate_does_not_take_the_place_of_a_good_one()
    {
        using var good = _authority.Issue(Host);
        using var ended = _authority.Issue(Host, notAfter: DateTimeOffset.UtcNow.AddDays(-2));
        await using var server = await TlsServer.StartAsync(Write(good, "pem and key"));

        Write(ended, "pem and key");

        await Eventually.True(
            () => server.Log.Messages.Any(message => message.Contains("is not valid today", StringComparison.Ordinal)), "The log should say that the certificate has ended.");
        Assert.Equal(good.SerialNumber, await ShownAsync(server));
    }

    [Fact]
    public async Task Tls_before_1_2_is_refused()
    {
        await using var server = await TlsServer.StartAsync(Write(_authority.Issue(Host), "pfx"));
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, Cancellation);

        // A ClientHello of TLS 1.1 (RFC 4346) that offers TLS_RSA_WITH_AES_128_CBC_SHA.
        byte[] hello = [0x03, 0x02, .. RandomNumberGenerator.GetBytes(32), 0, 0, 2, 0x00, 0x2F, 1, 0];
        await socket.SendAsync(new byte[] { 22, 3, 1, 0, (byte)(hello.Length + 4), 1, 0, 0, (byte)hello.Length }.Concat(hello).ToArray(), Cancellation);
        var answer = new byte[7];
        await new NetworkStream(socket).ReadExactlyAsync(answer, Cancellation);

        const byte alert = 21, protocolVersion = 70;
        Assert.Equal((alert, protocolVersion), (answer[0], answer[6]));
    }

    [Fact]
    public async Task Wrong_setting_stops_the_start_with_a_sentence_that_names_it()
    {
        var good = Write(_authority.Issue(Host), "pem and key").ToDictionary();
        using var other = ECDsa.Create();
        var otherKey = Path.Combine(_folder.FullName, "other.key");
        File.WriteAllText(otherKey, other.ExportPkcs8PrivateKeyPem());
        var client = Path.Combine(_folder.FullName, "client.pem");
        using var forClients = _authority.Issue(Host, usage: "1.3.6.1.5.5.7.3.2");
        File.WriteAllText(client, forClients.ExportCertificatePem() + "\n" + forClients.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var empty = Path.Combine(_folder.FullName, "empty");
        File.WriteAllText(empty, "");

        Assert.Contains("Tls:CertificateFile must name the certificate", await SentenceAsync(), StringComparison.Ordinal);
        Assert.Contains("(Tls:CertificateFile) cannot be read", await SentenceAsync(("CertificateFile", "/nowhere/server.crt")), StringComparison.Ordinal);
        Assert.Contains("(Tls:CertificateFile) cannot be opened", await SentenceAsync(("CertificateFile", empty)), StringComparison.Ordinal);
        Assert.Contains("holds no private key; Tls:KeyFile can name it", await SentenceAsync(("CertificateFile", CertificateFile)), StringComparison.Ordinal);
        Assert.Contains("(Tls:KeyFile) cannot be read", await SentenceAsync(("CertificateFile", CertificateFile), ("KeyFile", "/nowhere/server.key")), StringComparison.Ordinal);
        Assert.Contains("cannot be opened with its key", await SentenceAsync(("CertificateFile", CertificateFile), ("KeyFile", otherKey)), StringComparison.Ordinal);
        Assert.Contains("cannot be opened with its key and password", await SentenceAsync([.. good.Select(Setting), ("Password", "wrong")]), StringComparison.Ordinal);
        Assert.Contains("(Tls:PasswordFile) cannot be read", await SentenceAsync([.. good.Select(Setting), ("PasswordFile", "/nowhere/password")]), StringComparison.Ordinal);
        Assert.Contains("is not for servers", await SentenceAsync(("CertificateFile", client)), StringComparison.Ordinal);
        Assert.Contains("Tls:Password and Tls:PasswordFile", await SentenceAsync([.. good.Select(Setting), ("Password", "a"), ("PasswordFile", "b")]), StringComparison.Ordinal);
        Assert.Contains("Tls:KeyFile is set and Tls:CertificateFile is not", await SentenceAsync(("KeyFile", KeyFile)), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    private static (string Name, string Value) Setting(KeyValuePair<string, string?> setting) => (setting.Key["Tls:".Length..], setting.Value!);

    private static async Task<string> SentenceAsync(params (string Name, string Value)[] settings)
    {
        var fault = await Assert.ThrowsAnyAsync<Exception>(() =>
            TlsServer.StartAsync(settings.Select(setting => KeyValuePair.Create<string, string?>($"Tls:{setting.Name}", setting.Value))));
        return Assert.IsType<string>(StartupFault.Explain(fault));
    }

    private static async Task<string> AskAsync(SslStream connection)
    {
        await connection.WriteAsync("GET / HTTP/1.1\r\nHost: updates.example.com\r\n\r\n"u8.ToArray(), Cancellation);
        using var reader = new StreamReader(connection, leaveOpen: true);
        return await reader.ReadLineAsync(Cancellation) ?? "";
    }

    private async Task<string> ShownAsync(TlsServer server)
    {
        await using var connection = await server.ConnectAsync(_authority.Root, Cancellation);
        return connection.RemoteCertificate!.GetSerialNumberString();
    }

    /// <summary>Writes the chain, without its root, and answers the settings for it.</summary>
    private Dictionary<string, string?> Write(X509Certificate2 certificate, string form)
    {
        const string password = "correct horse";
        var key = certificate.GetECDsaPrivateKey()!;
        var chain = $"{certificate.ExportCertificatePem()}\n{_authority.Issuing.ExportCertificatePem()}\n";
        var settings = new Dictionary<string, string?> { ["Tls:CertificateFile"] = CertificateFile, ["Tls:ReloadInterval"] = "00:00:00.05" };
        switch (form)
        {
            case "pfx":
                X509Certificate2Collection all = [certificate, X509CertificateLoader.LoadCertificate(_authority.Issuing.RawData)];
                File.WriteAllBytes(CertificateFile, all.Export(X509ContentType.Pkcs12, password)!);
                settings["Tls:Password"] = password;
                break;
            case "pem alone":
                Put(CertificateFile, chain + key.ExportPkcs8PrivateKeyPem());
                break;
            case "pem and encrypted key":
                Put(CertificateFile, chain);
                Put(KeyFile, key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
                Put(PasswordFile, password + "\n");
                settings["Tls:KeyFile"] = KeyFile;
                settings["Tls:PasswordFile"] = PasswordFile;
                break;
            default:
                Put(CertificateFile, chain);
                Put(KeyFile, key.ExportPkcs8PrivateKeyPem());
                settings["Tls:KeyFile"] = KeyFile;
                break;
        }

        return settings;
    }

    // Moved into place, as renewal tools do: the server never sees half a file.
    private static void Put(string path, string content)
    {
        var draft = $"{path}.new";
        File.WriteAllText(draft, content);
        File.Move(draft, path, overwrite: true);
    }
}
