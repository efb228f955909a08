using System.Security.Cryptography;
using CsCheck;
using Serverless.Ledger;

namespace Serverless.Tests.Unit.Ledger;

public sealed class MerkleFrontierTests
{
    // The inputs and roots of the reference implementation of RFC 6962 (google/certificate-transparency, merkle_tree_test).
    private static readonly string[] Inputs =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4")]
    [InlineData(6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void Root_is_that_of_the_reference_implementation(int leaves, string root)
    {
        var tree = Inputs.Take(leaves).Aggregate(MerkleFrontier.Empty, (tree, leaf) => tree.Append(Convert.FromHexString(leaf)));

        Assert.Equal((leaves, root), (tree.Count, tree.Root.Hex));
    }

    [Fact]
    public void Root_is_that_of_the_whole_tree() => Gen.Byte.Array[0, 8].Array[0, 70].Sample(leaves =>
        leaves.Aggregate(MerkleFrontier.Empty, (tree, leaf) => tree.Append(leaf)).Root.Hex == Convert.ToHexStringLower(NaiveRoot(leaves)));

    [Fact]
    public void Restored_frontier_goes_on_as_if_it_had_never_stopped() => Gen.Select(Gen.Byte.Array[0, 8].Array[0, 40], Gen.Byte.Array[0, 8].Array[1, 40]).Sample((before, after) =>
    {
        var tree = before.Aggregate(MerkleFrontier.Empty, (tree, leaf) => tree.Append(leaf));
        var restored = MerkleFrontier.Restore(tree.Count, tree.Peaks)!;

        return after.Aggregate(restored, (tree, leaf) => tree.Append(leaf)).Root.Hex == Convert.ToHexStringLower(NaiveRoot([.. before, .. after]));
    });

    [Fact]
    public void Frontier_grows_with_the_logarithm() => Gen.Int[0, 2000].Sample(count =>
        Enumerable.Range(0, count).Aggregate(MerkleFrontier.Empty, (tree, _) => tree.Append([1])).Peaks.Length <= 11);

    [Theory]
    [InlineData(-1, 64)]
    [InlineData(0, 1)]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    public void Frontier_of_another_count_is_not_restored(long count, int peaks)
    {
        var peak = MerkleFrontier.Empty.Append([1]).Root;

        Assert.Null(MerkleFrontier.Restore(count, [.. Enumerable.Repeat(peak, peaks)]));
    }

    /// <summary>RFC 6962 §2.1, word for word.</summary>
    private static byte[] NaiveRoot(ReadOnlySpan<byte[]> leaves)
    {
        switch (leaves.Length)
        {
            case 0:
                return SHA256.HashData([]);
            case 1:
                return SHA256.HashData([0, .. leaves[0]]);
            default:
                var split = 1;
                while (split * 2 < leaves.Length)
                {
                    split *= 2;
                }

                return SHA256.HashData([1, .. NaiveRoot(leaves[..split]), .. NaiveRoot(leaves[split..])]);
        }
    }
}
