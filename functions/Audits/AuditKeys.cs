using System.Collections.Frozen;
using System.Security.Cryptography;
using Serverless.Signing;

namespace Serverless.Audits;

/// <summary>The public keys that signatures must open with.</summary>
/// <param name="ById">By what devices send.</param>
/// <param name="Origin">Where they are from, for people: keys that the audited server hands out itself prove less.</param>
internal sealed record AuditKeys(FrozenDictionary<string, SigningPublicKey> ById, string Origin)
{
    public SigningPublicKey? Find(string keyId) => ById.GetValueOrDefault(keyId);

    public static AuditKeys From(IEnumerable<SigningPublicKey> keys, string origin) =>
        new(keys.DistinctBy(key => key.KeyId).ToFrozenDictionary(key => key.KeyId), origin);

    /// <param name="path">A PEM file with a public key, PKCS#1 or SubjectPublicKeyInfo, or a folder of them.</param>
    /// <exception cref="IOException">There is none, or one is none; the message is a sentence.</exception>
    public static AuditKeys Read(string path)
    {
        var files = Directory.Exists(path) ? Directory.GetFiles(path, "*.pem").Order(StringComparer.Ordinal).ToArray() : [path];
        return files.Length > 0 && files.All(File.Exists)
            ? From(files.Select(ReadKey), path)
            : throw new IOException($"There is no public key '{path}'.");
    }

    private static SigningPublicKey ReadKey(string file)
    {
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(File.ReadAllText(file));
            return SigningPublicKey.From(rsa);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            throw new IOException($"'{file}' is not a PEM file of an RSA-2048 public key.", e);
        }
    }
}
