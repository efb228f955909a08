using System.Numerics;
using System.Security.Cryptography;

namespace Serverless.Tests.Unit.Device;

/// <summary>The server's half of the plugin's cryptography, by the arithmetic alone.</summary>
internal sealed class BundleSigner : IDisposable
{
    private const int BlockSize = 256;

    private readonly RSA _rsa = RSA.Create(BlockSize * 8);

    public string PublicKey => _rsa.ExportRSAPublicKeyPem();

    public byte[] Sign(ReadOnlySpan<byte> payload)
    {
        var block = new byte[BlockSize];
        block.AsSpan().Fill(0xFF);
        block[0] = 0;
        block[1] = 1;
        block[BlockSize - payload.Length - 1] = 0;
        payload.CopyTo(block.AsSpan(BlockSize - payload.Length));

        var key = _rsa.ExportParameters(includePrivateParameters: true);
        var signature = BigInteger.ModPow(Number(block), Number(key.D!), Number(key.Modulus!));
        var bytes = signature.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[BlockSize - bytes.Length], .. bytes];
    }

    public void Dispose() => _rsa.Dispose();

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
