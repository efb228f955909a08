using Serverless.Bundles.Zip;

namespace Serverless.Tests.Unit.Bundles;

/// <summary>Zip entries as they are after reading, for rules that look at names and sizes only.</summary>
internal static class Entries
{
    public static ZipEntry Named(string name) => Sized(name, compressed: 1, size: name.EndsWith('/') ? 0 : 1);

    public static ZipEntry Sized(string name, long compressed, long size) => new()
    {
        Name = name,
        Method = ZipMethod.Deflated,
        Crc32 = 0,
        CompressedSize = compressed,
        Size = size,
        DataOffset = 0,
    };
}
