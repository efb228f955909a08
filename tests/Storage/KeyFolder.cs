using System.Security.Cryptography;
using Serverless.Signing;

namespace Serverless.Tests.Storage;

/// <summary>One development key and pepper for all tests: instances of a deployment share them too, and RSA keys take long to make.</summary>
public sealed class KeyFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("serverless-keys-");

    public string Path => _folder.FullName;

    /// <summary>The public half of the signing key, read from its file. There after the first signature.</summary>
    public RSAParameters ReadPublicKey()
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(File.ReadAllText(System.IO.Path.Combine(Path, "signing-key.pem")));
        return rsa.ExportParameters(includePrivateParameters: false);
    }

    /// <summary>Puts another key beside the first one.</summary>
    internal SigningPublicKey Add(string name)
    {
        using var rsa = RSA.Create(2048);
        var file = System.IO.Path.Combine(Path, name);
        File.WriteAllText(file, rsa.ExportRSAPrivateKeyPem());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return SigningPublicKey.From(rsa);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
