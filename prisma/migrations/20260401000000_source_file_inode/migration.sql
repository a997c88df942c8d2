-- AlterTable
ALTER TABLE "SourceFile" ADD COLUMN     "inode" BIGINT;
