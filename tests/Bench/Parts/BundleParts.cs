using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Microsoft.Win32.SafeHandles;
using Serverless.Bundles;
using Serverless.Bundles.Zip;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Bench.Parts;

/// <summary>What intake and proof are made of: the zip's directory, a digest, a signature.</summary>
[MemoryDiagnoser]
public class BundleParts
{
    private const int Files = 1_500;

    private readonly BundleOptions _limits = new();
    private readonly byte[] _megabyte = new byte[1 << 20];
    private readonly SafeFileHandle _zip;
    private readonly SigningPublicKey _key;
    private readonly Sha256Digest _digest;
    private readonly byte[] _signature;

    public BundleParts()
    {
        var path = Path.GetTempFileName();
        var bundle = Enumerable.Range(0, Files).Aggregate(WebBundle.Small("1.0.0"), (bundle, number) => bundle.With($"assets/{number:D4}.js", $"// {number}"));
        File.WriteAllBytes(path, bundle.Zip());
        _zip = File.OpenHandle(path, options: FileOptions.DeleteOnClose);

        using var rsa = RSA.Create(SignatureBlock.Length * 8);
        _key = SigningPublicKey.From(rsa);
        _digest = Sha256Digest.Of(_megabyte);
        _signature = rsa.SignHash(_digest.ToBytes(), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    [Benchmark]
    public object DirectoryOf1500Files() => ZipDirectory.Read(_zip, _limits);

    [Benchmark]
    public object DigestOfMegabyte() => Sha256Digest.Of(_megabyte);

    [Benchmark]
    public bool SignatureCheck() => _key.VerifiesDigest(_signature, _digest);

    [Benchmark]
    public bool SignatureOpenedAsPluginsDo() => _key.TryOpen(_signature, out _);

    [GlobalCleanup]
    public void Close() => _zip.Dispose();
}
