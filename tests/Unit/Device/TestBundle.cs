using System.IO.Compression;
using System.Text;

namespace Serverless.Tests.Unit.Device;

/// <summary>Zips made in memory, of any names at all.</summary>
internal static class TestBundle
{
    /// <summary>A bundle whose script calls <c>notifyAppReady</c>.</summary>
    public static byte[] Good(string version) => Zip(("index.html", "<script src=app.js></script>"), ("app.js", $"notifyAppReady('{version}')"));

    /// <summary>A good bundle most of which is the same in every version, and does not compress.</summary>
    public static byte[] Large(string version)
    {
        var noise = new byte[48 * 1024];
        new Random(1).NextBytes(noise);
        return Zip(
            ("index.html", "<script src=app.js></script>"),
            ("app.js", $"notifyAppReady('{version}')"),
            ("vendor.js", Convert.ToBase64String(noise)));
    }

    /// <summary>A bundle whose script throws before it could say that it is ready.</summary>
    public static byte[] Silent(string version) => Zip(("index.html", "<script src=app.js></script>"), ("app.js", $"throw '{version}'"));

    public static byte[] Zip(params (string Name, string Text)[] files)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }
        return bytes.ToArray();
    }
}
